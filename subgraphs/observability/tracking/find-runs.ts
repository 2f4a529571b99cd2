import { metricInfoOf } from '#learn/metrics/metric-info-of.ts'
import type { Run, RunSearch, RunStatus } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { TrackingGate } from './tracking-gate.ts'

export interface RunFilter {
  status?: readonly RunStatus[] | null | undefined
  name?: string | null | undefined
  orderBy?: { metric: string; direction?: 'ASC' | 'DESC' | null | undefined } | null | undefined
  first?: number | null | undefined
  after?: string | null | undefined
}

export interface RunPageModel {
  edges: { cursor: string; node: Run }[]
  endCursor: string | null
  hasNextPage(): Promise<boolean>
}

/** A position among the runs of a search: so many after where a page of the engine begins. */
interface Position {
  pageToken: string | null
  skip: number
}

const MOST = 100
const DEFAULT_SIZE = 20
/** The port gives no more at once. */
const LONGEST_SKIP = 900

/**
 * A page of the runs of some experiments. The engine's cursors stand between its pages only; ours count on from there, so
 * that every edge has one.
 * @throws CodedError `BAD_USER_INPUT`, `INVALID_CURSOR`, and what the gate throws.
 */
export async function findRuns(
  gate: TrackingGate,
  experimentIds: readonly string[],
  { status, name, orderBy, first, after }: RunFilter,
): Promise<RunPageModel> {
  const size = first ?? DEFAULT_SIZE
  if (size < 1 || size > MOST) throw badInput('first', size, `1 to ${MOST}`)
  const search: RunSearch = {
    experimentIds,
    ...(status && { status }),
    ...(name != null && { name }),
    ...(orderBy && { orderBy: { metric: orderBy.metric, direction: directionOf(orderBy) } }),
  }
  const from = after == null ? { pageToken: null, skip: 0 } : decodeCursor(after)
  const page = await gate
    .ask(tracking =>
      tracking.searchRuns({
        ...search,
        limit: from.skip + size,
        ...(from.pageToken !== null && { pageToken: from.pageToken }),
      }),
    )
    .catch(error => {
      // All else that goes to the engine was checked before.
      if (from.pageToken !== null && error.code === 'BAD_USER_INPUT') throw invalidCursor(after ?? '')
      throw error
    })
  const runs = page.runs.slice(from.skip)
  const next = page.nextPageToken
  const edges = runs.map((node, index) => {
    const isLast = index === runs.length - 1
    const position = isLast && next ? { pageToken: next, skip: 0 } : { ...from, skip: from.skip + index + 1 }
    return { cursor: encodeCursor(position), node }
  })
  return {
    edges,
    endCursor: edges.at(-1)?.cursor ?? null,
    // MLflow gives a token after every full page, also after the last.
    async hasNextPage() {
      if (next === null) return false
      const beyond = await gate.ask(tracking => tracking.searchRuns({ ...search, limit: 1, pageToken: next }))
      return beyond.runs.length > 0
    },
  }
}

function directionOf({ metric, direction }: NonNullable<RunFilter['orderBy']>): 'ASC' | 'DESC' {
  if (direction) return direction
  const known = metricInfoOf(metric)?.direction ?? 'NONE'
  if (known === 'NONE') {
    const wanted = 'ASC or DESC wanted, since it is not known which values of the metric are better'
    throw new CodedError('BAD_USER_INPUT', `orderBy.direction: nothing given for "${metric}", ${wanted}.`)
  }
  return known === 'HIGHER_IS_BETTER' ? 'DESC' : 'ASC'
}

function encodeCursor({ pageToken, skip }: Position): string {
  return Buffer.from(JSON.stringify([skip, pageToken])).toString('base64url')
}

function decodeCursor(cursor: string): Position {
  try {
    const [skip, pageToken] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const isSkip = Number.isSafeInteger(skip) && (skip as number) >= 0 && (skip as number) <= LONGEST_SKIP
    if (isSkip && (pageToken === null || typeof pageToken === 'string'))
      return { pageToken, skip: skip as number }
  } catch {
    // Said below.
  }
  throw invalidCursor(cursor)
}

function invalidCursor(cursor: string): CodedError {
  return new CodedError(
    'INVALID_CURSOR',
    `after: "${cursor.slice(0, 80)}" given, the cursor of a run wanted.`,
  )
}

function badInput(name: string, given: unknown, wanted: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${name}: ${String(given)} given, ${wanted} wanted.`)
}
