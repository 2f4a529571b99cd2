import type { EventLog } from '#ports/event-log.ts'
import type { DriftKnob } from '#use-cases/drift.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createProducer, type Producer } from './producer.ts'
import type { SendError, Sent } from './sender.ts'
import type { ProducerSettings } from './settings.ts'
import type { ProducerStatus } from './status.ts'

/** What is kept of a producer between two starts of the platform. */
export interface RememberedProducer {
  running: boolean
  settings: Partial<ProducerSettings>
  /** Starts so far: each draws events of its own, since the ids of an earlier start were seen before. */
  starts: number
}

export interface HostedDrift {
  kind: 'ABRUPT' | 'GRADUAL' | 'SEASONAL' | 'BURST'
  /** Unix milliseconds. */
  at: number
  factor: number | null
}

export interface HostedProducer {
  useCase: string
  running: boolean
  mode: 'realistic' | 'parity'
  rate: number | 'max'
  seed: string
  sent: number
  errors: number
  drift: readonly HostedDrift[]
}

export interface ProducerHost extends AsyncDisposable {
  /** Starts every producer that is wanted. */
  start(): Promise<void>
  status(useCase: string): HostedProducer | undefined
  statuses(): ProducerStatus[]
  change(
    useCase: string,
    change: { running?: boolean; rate?: number; mode?: 'realistic' | 'parity'; seed?: string },
  ): Promise<HostedProducer>
  drift(
    useCase: string,
    drift: { kind: HostedDrift['kind']; widthSeconds: number; periodSeconds: number; factor: number },
  ): Promise<HostedProducer>
}

/** The newest drifts that are told of. */
const SHOWN_DRIFTS = 20

interface Entry {
  producer: Producer
  /** What was asked for; the producer's own seed also names the start. */
  seed: string
  remembered: RememberedProducer
  drift: HostedDrift[]
}

/** The generators of this process, one per use case, with settings that survive a restart. */
export function createProducerHost({
  useCases,
  log,
  settings,
  given,
  recall,
  remember,
  onSent,
  onError,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  settings: ProducerSettings
  /** Settings that were asked for at this start and so win over remembered ones. */
  given: ReadonlySet<string>
  recall(useCase: string): RememberedProducer | undefined
  remember(useCase: string, state: RememberedProducer): Promise<void>
  onSent?(sent: Sent): void
  onError?(error: SendError): void
}): ProducerHost {
  const entries = new Map<string, Entry>()

  for (const useCase of useCases) {
    const past = recall(useCase.id)
    const own = Object.fromEntries(Object.entries(past?.settings ?? {}).filter(([name]) => !given.has(name)))
    const wanted = { ...settings, options: optionsOf(useCase, settings.options), ...own }
    const starts = past?.starts ?? 0
    entries.set(useCase.id, {
      producer: createProducer({
        useCase,
        log,
        settings: { ...wanted, seed: seedOf(useCase, wanted.seed, starts) },
        ...(onSent && { onSent }),
        ...(onError && { onError }),
      }),
      seed: String(wanted.seed),
      remembered: { running: past?.running ?? true, settings: past?.settings ?? {}, starts: starts + 1 },
      drift: [],
    })
  }

  function entryOf(useCase: string): Entry {
    const entry = entries.get(useCase)
    if (entry) return entry
    throw Object.assign(new Error(`${useCase} has no generator here.`), { code: 'PRODUCER_NOT_FOUND' })
  }

  function hosted(useCase: string, { producer, seed, drift }: Entry): HostedProducer {
    const { state, settings: now, sent, errors } = producer.status()
    return {
      useCase,
      running: state === 'running',
      mode: now.mode,
      rate: now.rate,
      seed,
      sent,
      errors,
      drift,
    }
  }

  return {
    async start() {
      for (const [useCase, entry] of entries) {
        await remember(useCase, entry.remembered)
        if (entry.remembered.running) await entry.producer.start()
      }
    },
    status(useCase) {
      const entry = entries.get(useCase)
      return entry && hosted(useCase, entry)
    },
    statuses: () => [...entries.values()].map(({ producer }) => producer.status()),
    async change(useCase, { running, ...change }) {
      const entry = entryOf(useCase)
      const found = useCases.find(({ id }) => id === useCase) as UseCase
      if (Object.keys(change).length > 0) {
        if (change.seed !== undefined) entry.seed = change.seed
        const reseeded =
          change.seed === undefined ? {} : { seed: seedOf(found, change.seed, entry.remembered.starts) }
        await entry.producer.update({ ...change, ...reseeded })
      }
      if (running === true) {
        if (entry.producer.status().state === 'idle') await entry.producer.start()
        else entry.producer.resume()
      } else if (running === false) entry.producer.pause()
      entry.remembered = {
        ...entry.remembered,
        running: running ?? entry.remembered.running,
        settings: { ...entry.remembered.settings, ...change },
      }
      await remember(useCase, entry.remembered)
      return hosted(useCase, entry)
    },
    async drift(useCase, { kind, widthSeconds, periodSeconds, factor }) {
      const entry = entryOf(useCase)
      const knobs = {
        ABRUPT: { kind: 'abrupt', at: 0 },
        GRADUAL: { kind: 'gradual', at: 0, width: widthSeconds },
        SEASONAL: { kind: 'seasonal', period: periodSeconds },
        BURST: { kind: 'burst', at: 0, length: widthSeconds, factor },
      } as const satisfies Record<typeof kind, DriftKnob>
      entry.producer.injectDrift(knobs[kind])
      entry.drift = [
        ...entry.drift.slice(1 - SHOWN_DRIFTS),
        { kind, at: Date.now(), factor: kind === 'BURST' ? factor : null },
      ]
      return hosted(useCase, entry)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...entries.values()].map(({ producer }) => producer[Symbol.asyncDispose]()))
    },
  }
}

function seedOf({ id }: UseCase, seed: number | string, starts: number): string {
  return starts === 0 ? `${seed}/${id}` : `${seed}/${id}/${starts}`
}

/** One list of options serves all use cases; each takes those that it knows. */
function optionsOf({ options }: UseCase, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(options, name.replaceAll('_', '-'))),
  )
}
