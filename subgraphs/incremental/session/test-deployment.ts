import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { EventLog } from '#ports/event-log.ts'
import { type Incremental, openIncremental } from '../open-incremental.ts'
import { useCase } from './test-platform.ts'

type LogState = 'up' | 'read-only' | 'down' | 'silent'

export interface Member extends Incremental {
  notices: string[]
  /** Cuts it off from the cache, as a network would. */
  cutOff(): void
  /** Cuts it off from the log, and ends nothing else: what it does from now on comes late. */
  freeze(): void
  thaw(): void
  /** What the log does with the calls of this process: answers, refuses to write, refuses all, or says nothing. */
  setLog(state: LogState): void
  /** What it follows comes to it so much later; what it reads does not. */
  setDelay(ms: number): void
  control: Control
}

/** Processes that share a log, a cache and tracking, and no disk. */
export async function deployment() {
  const log = createMemoryEventLog()
  const cache = createMemoryCache()
  const directory = await mkdtemp(join(tmpdir(), 'shared-sessions-'))
  const tracking = await openSqliteTracking({
    database: join(directory, 'mlflow.db'),
    artifactsDir: join(directory, 'artifacts'),
  })
  const experiment = await tracking.ensureExperiment('TFD')

  async function join_(instance: string): Promise<Member> {
    let online = true
    let logState: LogState = 'up'
    let frozen: PromiseWithResolvers<void> | null = null
    let delayMs = 0
    const notices: string[] = []
    const ownCache: Cache = {
      ...cache,
      acquireLease: (...given) => (online ? cache.acquireLease(...given) : unreachable('cache')),
      leaseHolder: (...given) => (online ? cache.leaseHolder(...given) : unreachable('cache')),
      releaseLease: (...given) => (online ? cache.releaseLease(...given) : unreachable('cache')),
    }
    const reach = async <T>(act: () => T): Promise<Awaited<T>> => {
      if (logState === 'down' || logState === 'read-only') await unreachable('log')
      if (logState === 'silent') await new Promise(() => {})
      return await act()
    }
    const ownLog: EventLog = {
      ...log,
      append: (...given) => reach(() => log.append(...given)),
      commit: (...given) => reach(() => log.commit(...given)),
      topics: (...given) => reach(() => log.topics(...given)),
      async *read(...given) {
        if (logState === 'read-only') yield* log.read(...given)
        else yield* await reach(() => log.read(...given))
      },
      async *follow(...given) {
        for await (const batch of log.follow(...given)) {
          if (delayMs > 0) await sleep(delayMs)
          yield batch
        }
      },
      async openWriter(id) {
        const writer = await reach(() => log.openWriter(id))
        return {
          async append(batches) {
            await frozen?.promise
            return reach(() => writer.append(batches))
          },
          [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
        }
      },
    }
    const control = await openControl(ownLog)
    const incremental = await openIncremental({
      useCases: [useCase],
      log: ownLog,
      cache: ownCache,
      control,
      checkpointsIn: { tracking },
      indexDir: join(directory, instance),
      seed: '42',
      instance,
      timing: { leaseMs: 300, renewMs: 80, lookMs: 30 },
      producers: {
        status: () => undefined,
        change: () => Promise.reject(new Error()),
        drift: () => Promise.reject(new Error()),
      },
      notice: (_, message) => notices.push(message),
    })
    const { sessions } = incremental.services
    sessions.events.on('state', async ({ record, local }) => {
      if (!local || record.run) return
      const { id } = await tracking.createRun({ experimentId: experiment.id, name: record.id })
      await sessions.assignRun(record.id, id)
    })
    return {
      ...incremental,
      notices,
      control,
      setLog(state) {
        logState = state
      },
      setDelay(ms) {
        delayMs = ms
      },
      cutOff() {
        online = false
      },
      freeze() {
        frozen = Promise.withResolvers()
      },
      thaw() {
        frozen?.resolve()
        frozen = null
      },
      async [Symbol.asyncDispose]() {
        await incremental[Symbol.asyncDispose]()
        await control[Symbol.asyncDispose]()
      },
    }
  }

  return {
    log,
    cache,
    join: join_,
    async [Symbol.asyncDispose]() {
      await tracking[Symbol.asyncDispose]()
      await cache[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
}

function unreachable(what: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(`No ${what}.`), { code: 'ENGINE_UNREACHABLE' }))
}
