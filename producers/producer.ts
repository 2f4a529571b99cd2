import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { DriftKnob } from '#use-cases/drift.ts'
import type { EventGenerator, Item } from '#use-cases/generator.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Pacer, createPacer } from './pacer.ts'
import { type Send, type SendError, type Sent, createSender } from './sender.ts'
import { type ProducerSettings, completeSettings } from './settings.ts'
import { openSource } from './source.ts'
import { type ProducerState, type ProducerStatus, createTally } from './status.ts'

export interface ProducerOptions {
  useCase: UseCase
  /** Must have the topics of the use case. */
  log: EventLog
  settings?: Partial<ProducerSettings>
  onSent?(sent: Sent): void
  onError?(error: SendError): void
  clock?: Clock
}

export interface Producer extends AsyncDisposable {
  /** Begins to send; resolves once the generator is ready. Again after a pause it is `resume`. */
  start(): Promise<void>
  pause(): void
  resume(): void
  /** Changes settings while it runs. Only the rate keeps the stream; anything else begins a new one. */
  update(settings: Partial<ProducerSettings>): Promise<void>
  /** Starts a drift now; throws `INVALID_DRIFT`, `DRIFT_UNSUPPORTED`, or `PRODUCER_NOT_STARTED`. */
  injectDrift(knob: DriftKnob): void
  status(): ProducerStatus
}

/** Most records in one append. */
const batchSize = 500

/**
 * Turns a use case's generator into a stream on the log, paced against the wall clock. It awaits each append, so a slow
 * log slows it down; what was missed is not sent in a burst afterwards, virtual time waits instead.
 */
export function createProducer({
  useCase,
  log,
  settings: given = {},
  onSent = ignore,
  onError = ignore,
  clock = systemClock,
}: ProducerOptions): Producer {
  const stopping = new AbortController()
  const { signal } = stopping
  let settings = completeSettings(useCase, given)
  let state: ProducerState = 'idle'
  let source: EventGenerator | null = null
  let pacer: Pacer | null = null
  let held: Item | null = null
  let owed: Item[] = []
  let wake = Promise.withResolvers<void>()
  let interrupt: () => void = ignore
  let loop: Promise<void> = Promise.resolve()
  const tally = createTally(useCase)
  const send: Send = createSender({
    useCase,
    log,
    clock,
    signal,
    onSent: sent => {
      tally.sent(sent, clock.now())
      onSent(sent)
    },
    onError: error => {
      tally.failed()
      onError(error)
    },
  })

  /** The next item of the stream, labels of a stream given up included, in order. */
  const peek = (from: EventGenerator): Item => {
    held ??= from.next()
    const first = owed[0]
    return first && first.timeMs <= held.timeMs ? first : held
  }
  const take = (item: Item) => {
    if (item === held) held = null
    else owed.shift()
  }

  const collect = (from: EventGenerator, untilMs: number): Item[] => {
    const batch: Item[] = []
    while (batch.length < batchSize) {
      const item = peek(from)
      if (item.timeMs > untilMs) break
      batch.push(item)
      take(item)
    }
    return batch
  }

  // One signal per wait: a race against a promise that outlives it would leave a reaction behind each time.
  const sleepUnlessWoken = async (waitMs: number) => {
    const sleeping = new AbortController()
    interrupt = () => sleeping.abort()
    await clock.sleep(waitMs, sleeping.signal).catch(error => {
      if (!sleeping.signal.aborted) throw error
    })
    interrupt = ignore
  }

  const run = async (time: Pacer) => {
    while (!signal.aborted) {
      if (state === 'paused') {
        await wake.promise
        continue
      }
      const from = source as EventGenerator
      const isPaced = settings.rate !== 'max'
      if (isPaced) {
        const waitMs = time.waitMs(peek(from).timeMs)
        // Waiting in slices lets a change of settings take effect soon.
        if (waitMs > 0) {
          await sleepUnlessWoken(waitMs)
          continue
        }
        time.forgive(peek(from).timeMs)
      }
      const batch = collect(from, isPaced ? time.virtualMs() : Infinity)
      await send(batch)
      tally.progress(from.counters())
      if (!isPaced) time.shiftTo(batch.at(-1)?.timeMs ?? time.virtualMs())
      // A log in memory acknowledges without leaving the microtask queue: others must get their turn.
      await yieldToEventLoop()
    }
  }

  const notify = () => {
    const { resolve } = wake
    wake = Promise.withResolvers()
    resolve()
    interrupt()
  }

  const resume = () => {
    if (state !== 'paused') return
    if (pacer && source) pacer.shiftTo(peek(source).timeMs)
    state = 'running'
    notify()
  }

  return {
    async start() {
      if (state === 'stopped') throw problem('PRODUCER_STOPPED', 'has been stopped; wanted a new producer')
      if (state !== 'idle') return resume()
      state = 'running'
      const startMs = Math.floor(clock.now())
      try {
        source = await openSource(useCase, settings, startMs)
      } catch (error) {
        state = 'idle'
        throw error
      }
      pacer = createPacer({ now: () => clock.now(), startMs })
      loop = run(pacer).catch(error => {
        if (signal.aborted) return
        state = 'failed'
        onError({ topic: useCase.topic, error, attempt: 0 })
      })
    },
    pause() {
      if (state !== 'running') return
      state = 'paused'
      notify()
    },
    resume,
    async update(changes) {
      const wanted = completeSettings(useCase, changes, settings)
      const isSameStream = onlyRateDiffers(settings, wanted)
      if (source && pacer) {
        if (isSameStream) {
          if (wanted.rate !== 'max' && wanted.rate !== settings.rate) source.setRate(wanted.rate)
        } else {
          const startMs = Math.floor(pacer.virtualMs())
          const fresh = await openSource(useCase, wanted, startMs)
          // What has been drawn is sent, and keeps its labels, also when its stream ends here.
          owed = [...owed, ...(held ? [held] : []), ...source.drain()].sort((a, b) => a.timeMs - b.timeMs)
          held = null
          source = fresh
        }
      }
      settings = wanted
      notify()
    },
    injectDrift(knob) {
      if (!source) throw problem('PRODUCER_NOT_STARTED', 'has not been started; wanted a running one')
      source.drift(knob)
    },
    status: () => tally.status({ state, settings }),
    async [Symbol.asyncDispose]() {
      state = 'stopped'
      stopping.abort()
      notify()
      await loop
    },
  }

  function problem(code: string, text: string): Error {
    return Object.assign(new Error(`The producer of ${useCase.id} ${text}.`), { code })
  }
}

function onlyRateDiffers(before: ProducerSettings, after: ProducerSettings): boolean {
  const key = ({ mode, seed, options, labelSpeed }: ProducerSettings) =>
    JSON.stringify([mode, seed, labelSpeed, Object.entries(options).sort()])
  return key(before) === key(after)
}

function yieldToEventLoop(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function ignore(): void {}
