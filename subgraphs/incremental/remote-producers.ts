import { randomUUID } from 'node:crypto'
import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import {
  HEARTBEAT_LIFE_MS,
  PRODUCER_ANSWERS,
  PRODUCER_HEARTBEAT,
  PRODUCER_LEASE,
  PRODUCER_PATIENCE_MS,
  PRODUCER_REQUESTS,
  type ProducerAnswer,
  type ProducerHeartbeat,
  type ProducerRequest,
  type ProducerStatus,
} from '#use-cases/producer-protocol.ts'
import type { ProducerControl } from './producer-control.ts'

/** The generators of another process, by requests in control; see `use-cases/producer-protocol.ts`. */
export async function openRemoteProducers({
  control,
  cache,
  instance,
  timeoutMs = PRODUCER_PATIENCE_MS,
}: {
  control: Control
  cache: Cache
  /** Of this process, so that requests of two never meet. */
  instance: string
  timeoutMs?: number
}): Promise<ProducerControl & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const waiting = new Map<string, (answer: ProducerAnswer) => void>()
  /** The last request of each use case: the next one takes its place in control. */
  const turns = new Map<string, Promise<unknown>>()
  const decoder = new TextDecoder()
  let statuses: ReadonlyMap<string, ProducerStatus> = new Map()
  let heardAt = -Infinity
  let heardFrom = ''

  const hear = (message: Uint8Array) => {
    const { v, instance: from, statuses: told } = JSON.parse(decoder.decode(message)) as ProducerHeartbeat
    // One that was followed may say goodbye after the other's first word.
    if (v !== 1 || (told.length === 0 && from !== heardFrom)) return
    statuses = new Map(told.map(status => [status.useCase, status]))
    heardFrom = from
    heardAt = told.length === 0 ? -Infinity : performance.now()
  }
  const answers = `${PRODUCER_ANSWERS}${instance}/`
  opened.use(
    control.onChange<ProducerAnswer>(answers, (_key, answer) => {
      if (answer?.v === 1) waiting.get(answer.id)?.(answer)
    }),
  )
  opened.use(await cache.subscribe(PRODUCER_HEARTBEAT, hear))
  const known = await cache.get(PRODUCER_HEARTBEAT)
  if (known) hear(known)

  async function ask(useCase: string, action: ProducerRequest['action']): Promise<ProducerStatus> {
    if (!isHeard()) await requireSomebody()
    const request: ProducerRequest = { v: 1, id: randomUUID(), useCase, at: Date.now(), action }
    const { promise, resolve, reject } = Promise.withResolvers<ProducerAnswer>()
    waiting.set(request.id, resolve)
    const timer = setTimeout(
      () => reject(unreachable(`no answer came within ${timeoutMs} ms, so the change may still be made`)),
      timeoutMs,
    )
    try {
      // A log that is down must not hold the person any longer than generators that are.
      const put = control.put(`${PRODUCER_REQUESTS}${instance}/${useCase}`, request)
      await Promise.race([put.then(() => promise), promise])
      const { result } = await promise
      if ('problem' in result) throw new CodedError(result.problem.code, result.problem.message)
      statuses = new Map(statuses).set(useCase, result.status)
      return result.status
    } finally {
      clearTimeout(timer)
      waiting.delete(request.id)
    }
  }

  /** Without a lease nobody would answer. A cache that can't tell is no reason not to try. */
  async function requireSomebody(): Promise<void> {
    const holder = await cache.leaseHolder(PRODUCER_LEASE).catch(() => undefined)
    if (holder === null) throw unreachable('none runs')
  }

  function inTurn(useCase: string, action: ProducerRequest['action']): Promise<ProducerStatus> {
    const before = turns.get(useCase) ?? Promise.resolve()
    const result = before.then(() => ask(useCase, action))
    turns.set(
      useCase,
      result.catch(() => {}),
    )
    return result
  }

  const isHeard = () => performance.now() - heardAt < HEARTBEAT_LIFE_MS
  const owned = opened.move()
  return {
    status: useCase => (isHeard() ? statuses.get(useCase) : undefined),
    change: (useCase, change) => inTurn(useCase, { change }),
    drift: (useCase, drift) => inTurn(useCase, { drift }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function unreachable(why: string): CodedError {
  return new CodedError(
    'PRODUCER_UNREACHABLE',
    `No process that generates events was reached: ${why}. Wanted one with the role producers (\`npm run role -- producers\`).`,
  )
}
