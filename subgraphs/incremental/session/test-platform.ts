import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { openIncremental, type Incremental } from '../open-incremental.ts'
import { parseOrderRecord, type PredictionRecord } from './order-record.ts'
import { EVENT, type Item } from './packed-items.ts'

export const topics = topicsOf(tfd)
export const useCase = tfd as UseCase

interface Platform extends AsyncDisposable {
  log: EventLog
  checkpointsDir: string
  notices: string[]
  open(): Promise<Incremental>
}

/** A platform for one use case on a log in memory, which a test may put its own hands on. */
export async function platform(wrap: (log: EventLog) => EventLog = log => log): Promise<Platform> {
  const log = wrap(createMemoryEventLog())
  const checkpointsDir = await mkdtemp(join(tmpdir(), 'sessions-'))
  const notices: string[] = []
  return {
    log,
    checkpointsDir,
    notices,
    async open() {
      const control = await openControl(log)
      const incremental = await openIncremental({
        useCases: [useCase],
        log,
        cache: createMemoryCache(),
        control,
        checkpointsIn: { directory: checkpointsDir },
        indexDir: checkpointsDir,
        seed: '42',
        producers: {
          status: () => undefined,
          change: () => Promise.reject(new Error()),
          drift: () => Promise.reject(new Error()),
        },
        notice: (_, message) => notices.push(message),
      })
      return {
        ...incremental,
        async [Symbol.asyncDispose]() {
          await incremental[Symbol.asyncDispose]()
          await control[Symbol.asyncDispose]()
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]()
      await rm(checkpointsDir, { recursive: true })
    },
  }
}

export async function append(log: EventLog, items: readonly Item[]): Promise<void> {
  for (const { kind, record } of items) {
    await log.append(kind === EVENT ? topics.events : topics.labels, [{ value: record.value }], {
      partition: record.partition,
    })
  }
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited 10 s for ${what}.`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

export async function predictions(log: EventLog): Promise<PredictionRecord[]> {
  const found: PredictionRecord[] = []
  for await (const { records } of log.read(topics.predictions, { from: 'earliest' })) {
    for (const { value } of records) {
      const record = parseOrderRecord(value)
      if (record.kind === 'prediction') found.push(record)
    }
  }
  return found
}

export const sequence = ({ services }: Incremental) =>
  services.sessions.current('TFD')?.progress?.sequence ?? 0
export const state = ({ services }: Incremental) => services.sessions.current('TFD')?.record.state
