import { setTimeout as delay } from 'node:timers/promises'
import { SubscriptionRefused } from '#subgraphs/serve.ts'
import { GraphQLError } from 'graphql'
import { nameSubgraph } from '../subgraphs/named-data-source.ts'
import type { GatewayContext, SubgraphConnection, SubgraphMessage } from '../subgraphs/subgraph-connection.ts'
import { beginsAtCursor } from './root-field.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'

/** Why a stream ended other than by itself. */
export class StreamLost extends Error {
  readonly errors: readonly GraphQLError[]
  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? 'The stream was lost.')
    this.errors = errors
  }
}

/** Waits of .1, .2, .4 … 2 s between attempts. */
const RETRY = { firstMs: 100, longestMs: 2000 }
/** A connection that lasted this long was worth having, although nothing came: the patience begins anew. */
const STEADY_MS = 5000
/** Refusals that pass, also of a stream that has not begun. */
const TRANSIENT: readonly unknown[] = ['SHUTTING_DOWN', 'SUBGRAPH_UNREACHABLE', 'ENGINE_UNREACHABLE']
/** Refusals of what was asked, which asking again can't mend. All others of a stream that has run may pass. */
const PERMANENT = /^(INVALID_|BAD_|GRAPHQL_|FORBIDDEN|UNAUTHENTICATED)/

/**
 * A stream at a subgraph that outlives the connections and processes behind it: after a loss it is subscribed to anew, for up to
 * `resumeForMs`, at whichever replica the connection chooses.
 *
 * A message's `extensions.cursor` is where to go on, if the field takes `resumeFrom`: then nothing is lost and nothing comes
 * twice. Other streams go on with what is new, and the first message says `extensions.resumed`. A stream whose client chose
 * where it begins, and that tells no cursors, is left to its client. `extensions.seq` goes on counting.
 * Messages without data and errors only tell a cursor and are not passed on. Throws StreamLost.
 */
export async function* resumingStream({
  plan,
  variables,
  context,
  connection,
  signal,
  resumeForMs = 30_000,
  onResumption = () => undefined,
}: {
  plan: SubscriptionPlan
  variables: Readonly<Record<string, unknown>>
  context: GatewayContext
  connection: SubgraphConnection
  signal: AbortSignal
  resumeForMs?: number | undefined
  onResumption?: ((outcome: 'resumed' | 'given_up') => void) | undefined
}): AsyncGenerator<SubgraphMessage, void, void> {
  const isClients = beginsAtCursor({ plan, variables })
  let position: string | undefined
  let begun = false
  let gap = false
  let seq = 0
  let seqBefore = 0
  /** When to give up; undefined while the stream runs. */
  let deadline: number | undefined
  let attempt = 0

  for (;;) {
    const since = performance.now()
    try {
      for await (const message of connection.subscribe({
        ...requestFor(plan, variables, position),
        context,
        signal,
      })) {
        if (signal.aborted) return
        if (deadline !== undefined) onResumption('resumed')
        deadline = undefined
        attempt = 0
        position = cursorOf(message) ?? position
        if (message.data === undefined && !message.errors) continue
        begun = true
        const { extensions } = message
        if (typeof extensions?.seq === 'number') seq = seqBefore + extensions.seq
        yield passedOn(message, { seq, gap })
        gap = false
      }
      return
    } catch (error) {
      if (signal.aborted) return
      const wasCut = isInterruption(error)
      const isResuming = deadline !== undefined
      if (wasCut && performance.now() - since >= STEADY_MS) deadline = undefined
      const lost = lossOf(plan, error)
      if (!isPassing(error, { wasCut, isResuming, begun })) throw lost
      const goesOn = position !== undefined && plan.resume !== undefined
      if (!goesOn && isClients && begun) throw lost
      // What came before the first word of the stream's position can't be asked for.
      gap ||= !goesOn && !isClients
      seqBefore = seq
      deadline ??= performance.now() + resumeForMs
      const left = deadline - performance.now()
      if (left <= 0) {
        onResumption('given_up')
        throw lost
      }
      // The last attempt is made when the time is over, not before.
      await delay(Math.min(backoff(attempt++), left), undefined, { signal, ref: false }).catch(
        () => undefined,
      )
      if (signal.aborted) return
    }
  }
}

function requestFor(
  { query, operationName, variableNames, resume }: SubscriptionPlan,
  variables: Readonly<Record<string, unknown>>,
  position: string | undefined,
) {
  const chosen = position !== undefined && resume ? resume : { query, variableNames, variable: undefined }
  // A variable that is there as undefined would count as null and hide its default.
  const given = chosen.variableNames.filter(name => variables[name] !== undefined)
  const used = Object.fromEntries(given.map(name => [name, variables[name]]))
  return {
    query: chosen.query,
    operationName,
    variables: chosen.variable === undefined ? used : { ...used, [chosen.variable]: position },
  }
}

function cursorOf({ extensions }: SubgraphMessage): string | undefined {
  return typeof extensions?.cursor === 'string' ? extensions.cursor : undefined
}

function passedOn(message: SubgraphMessage, { seq, gap }: { seq: number; gap: boolean }): SubgraphMessage {
  const { extensions } = message
  const counted = typeof extensions?.seq === 'number' && extensions.seq !== seq
  if (!gap && !counted) return message
  return { ...message, extensions: { ...extensions, ...(counted && { seq }), ...(gap && { resumed: true }) } }
}

/** Whether to try again. A stream that was never there is refused at once: its client may know better. */
function isPassing(
  error: unknown,
  { wasCut, isResuming, begun }: { wasCut: boolean; isResuming: boolean; begun: boolean },
): boolean {
  if (wasCut) return true
  if (!(error instanceof SubscriptionRefused)) return isResuming
  const code = error.errors[0]?.extensions.code
  if (isResuming) return !PERMANENT.test(String(code))
  return begun && TRANSIENT.includes(code)
}

function lossOf({ subgraph }: SubscriptionPlan, error: unknown): StreamLost {
  if (!(error instanceof SubscriptionRefused)) return new StreamLost([nameSubgraph(subgraph, error)])
  return new StreamLost(
    error.errors.map(
      each =>
        new GraphQLError(each.message, {
          path: each.path,
          originalError: each,
          extensions: { ...each.extensions, serviceName: subgraph },
        }),
    ),
  )
}

function isInterruption(error: unknown): boolean {
  return error instanceof Error && 'interrupted' in error && error.interrupted === true
}

/** Milliseconds, between half and all of the doubled wait: subgraphs are not met by all subscriptions at once. */
function backoff(attempt: number): number {
  const longest = Math.min(RETRY.longestMs, RETRY.firstMs * 2 ** attempt)
  return longest * (0.5 + Math.random() / 2)
}
