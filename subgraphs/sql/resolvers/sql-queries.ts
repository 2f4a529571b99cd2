import type { GraphQLResolveInfo } from 'graphql'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { Context } from '../context.ts'
import type { QueryResolvers } from '../resolvers.generated.ts'
import type { Result } from '../results/result.ts'
import { positionOf, type ResultView, viewResult } from '../results/result-view.ts'
import { within } from '../statements/statement-input.ts'

const MOST_PAGE_ROWS = 10_000
const MOST_WAIT_MS = 25_000
const DEFAULT_PAGE_ROWS = 100
const DEFAULT_WAIT_MS = 10_000

/** Root fields that run statements and read results. */
export const sqlQueries = {
  async sql(_, { pageSize, wait, ...request }, context, info) {
    const first = within('pageSize', pageSize ?? DEFAULT_PAGE_ROWS, 1, MOST_PAGE_ROWS)
    const ms = within('wait', wait ?? DEFAULT_WAIT_MS, 0, MOST_WAIT_MS)
    const { statements, results, signal } = context
    const result = await statements.start({ ...request, operation: operationName(info) })
    using _held = results.hold(result)
    await result.wait(() => result.spool.rowCount > first, { ms, signal })
    // Nobody is there to take what it gives, unless it is the same request by another connection.
    if (signal?.aborted && result.holds === 1) statements.cancel(result.id)
    if (result.failure) throw result.failure
    return results.pages.take(context, () => viewResult(result, { first }))
  },
  async sqlResult(_, { id, first: given, after, wait }, context) {
    const first = within('first', given ?? DEFAULT_PAGE_ROWS, 0, MOST_PAGE_ROWS)
    const ms = within('wait', wait ?? DEFAULT_WAIT_MS, 0, MOST_WAIT_MS)
    return pageOf(context, foundResult(context, id), { first, after, ms })
  },
} satisfies QueryResolvers

async function pageOf(
  context: Context,
  result: Result,
  { first, after, ms }: { first: number; after: string | null | undefined; ms: number },
): Promise<ResultView> {
  const { results, signal } = context
  using _held = results.hold(result)
  const from = positionOf(result, after)
  await result.wait(() => result.spool.rowCount > from + first, { ms, signal })
  // Rows that came before it failed can still be read.
  if (result.failure && from >= result.spool.rowCount) throw result.failure
  return results.pages.take(context, () => viewResult(result, { first, after }))
}

/** @throws CodedError `SQL_RESULT_EXPIRED`. */
function foundResult({ results }: Pick<Context, 'results'>, id: string): Result {
  const result = results.find(id)
  if (result) return result
  throw new CodedError(
    'SQL_RESULT_EXPIRED',
    `There is no result "${id.slice(0, 80)}" here: it was kept for its time, or is at another replica, or never was; run the statement again.`,
  )
}

/** As the client called it: the gateway adds the subgraph's name and a number. */
export function operationName({ operation }: GraphQLResolveInfo): string | null {
  return operation.name?.value.replace(/__sql__\d+$/, '') ?? null
}
