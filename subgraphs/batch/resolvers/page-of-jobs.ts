import { CodedError } from '#subgraphs/coded-error.ts'
import type { JobRecord } from '../jobs/job.ts'

/** A page of jobs, newest first. @throws CodedError `BAD_USER_INPUT` for a cursor that is none. */
export function pageOfJobs(
  jobs: readonly JobRecord[],
  { first, after }: { first: number; after: string | null },
) {
  let from = 0
  if (after !== null) {
    const at = jobs.findIndex(({ id }) => encode(id) === after)
    if (at < 0)
      throw new CodedError(
        'BAD_USER_INPUT',
        `after: "${after.slice(0, 80)}" given, a cursor of this list wanted.`,
      )
    from = at + 1
  }
  const edges = jobs.slice(from, from + first).map(node => ({ cursor: encode(node.id), node }))
  return {
    edges,
    pageInfo: { hasNextPage: from + first < jobs.length, endCursor: edges.at(-1)?.cursor ?? null },
  }
}

const encode = (id: string): string => Buffer.from(`job ${id}`).toString('base64url')
