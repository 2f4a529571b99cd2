import type { Cache } from '#ports/cache.ts'
import { type CheckpointFacts, type CheckpointHeader, encodeCheckpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { LIVE_MODEL_CHANNEL, liveModelKey } from './live-model-key.ts'
import type { PublishedUpTo } from './publisher.ts'
import type { SessionRecord } from './session-record.ts'
import type { TaskReport } from './task-report.ts'
import type { WorkerClient } from './worker-client.ts'

export interface Checkpointer {
  /** Counts what was given to the worker since the last checkpoint. */
  fed(items: number): void
  /** Whether enough was fed, or time has passed since something was. */
  isDue(): boolean
  /** Takes one, or waits for the one that is being taken. Rejects when the state cannot be had, not when it cannot be kept. */
  take(): Promise<void>
  /** One that holds everything that was fed. */
  last(): Promise<void>
}

const CHECKPOINT_EVENTS = 10_000
const CHECKPOINT_MS = 5000

/**
 * Takes a session's checkpoints: state and offsets in the order of its steps, then the copy in the cache and the durable
 * one beside the work. A store that fails costs a longer replay, not the session: the next checkpoint tries again.
 */
export function createCheckpointer({
  record,
  worker,
  store,
  cache,
  inOrder,
  upTo,
  onCheckpoint,
  onNotice,
}: {
  record: SessionRecord
  worker: WorkerClient
  store: CheckpointStore
  cache: Cache
  /** Runs an action after everything that was given to the worker before the call is published, and before the rest. */
  inOrder: <T>(act: () => Promise<T>) => Promise<T>
  upTo: () => PublishedUpTo
  /** It became durable. */
  onCheckpoint: (checkpoint: CheckpointFacts, report: TaskReport) => void
  onNotice: (level: 'info' | 'warn', message: string) => void
}): Checkpointer {
  let since = 0
  let at = performance.now()
  let taking: Promise<void> | null = null
  let failing = false
  let isStoreFailing = false
  let taken = 0

  async function take(): Promise<void> {
    const fed = since
    taken++
    since = 0
    at = performance.now()
    // The worker answers in order, so the state holds exactly the steps posted before.
    const state = worker.call('checkpoint', {})
    // What is published before it may fail first, and then nobody waits for the state.
    state.catch(() => {})
    const { payload, header, report } = await inOrder(async () => {
      const { payload, progress, report } = await state
      const { order, outcomes, drift, deadLetters } = upTo()
      const header: CheckpointHeader = {
        useCase: record.useCase,
        session: record.id,
        learner: record.learner,
        sequence: progress.sequence,
        source: progress.source,
        labels: progress.labels,
        orderPartition: record.orderPartition,
        orderOffset: order,
        outcomeOffset: outcomes,
        deadLetterOffsets: deadLetters,
        driftOffset: drift,
        at: Date.now(),
      }
      return { payload, header, report }
    })
    const { bytes, hash } = encodeCheckpoint(header, payload)
    const [cached, stored] = await Promise.allSettled([
      share(bytes, hash),
      store.save(record.id, header.sequence, header.at, bytes),
    ])
    if (cached.status === 'rejected' && !failing) warn('shared through the cache', cached.reason as Error)
    if (stored.status === 'rejected') {
      since += fed
      if (!failing) warn('stored', stored.reason as Error)
    } else {
      onCheckpoint({ header, hash, sizeBytes: bytes.length }, report)
    }
    isStoreFailing = stored.status === 'rejected'
    failing = isStoreFailing || cached.status === 'rejected'
  }

  async function share(bytes: Uint8Array, hash: string): Promise<void> {
    await cache.set(liveModelKey(record.useCase), bytes)
    await cache.publish(LIVE_MODEL_CHANNEL, Buffer.from(JSON.stringify({ useCase: record.useCase, hash })))
  }

  function warn(what: string, { message }: Error): void {
    onNotice('warn', `The checkpoint was not ${what}: ${message} The next one tries again.`)
  }

  function once(): Promise<void> {
    taking ??= take().finally(() => {
      taking = null
    })
    return taking
  }

  return {
    fed(items) {
      since += items
    },
    isDue() {
      if (since === 0 || taking) return false
      // One that could not be stored must not be tried again with every step.
      return (since >= CHECKPOINT_EVENTS && !isStoreFailing) || performance.now() - at >= CHECKPOINT_MS
    },
    take: once,
    async last() {
      await taking
      if (since > 0 || taken === 0) await once()
    },
  }
}
