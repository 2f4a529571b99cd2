import { join } from 'node:path'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { openSegmentEventLog } from '#adapters/event-log/segments.ts'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { openS3Objects, type S3Options } from '#adapters/objects/s3.ts'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import { type CrashPoint, crashAt } from './crash-at.ts'

export interface PlatformPlan {
  /** For everything that is not elsewhere. */
  directory: string
  /** Brokers; default: segment files. */
  kafka?: readonly string[]
  /** Default: files. */
  s3?: Omit<S3Options, 'cacheDirectory'>
  crash?: CrashPoint | null
}

export interface OpenPlatform extends AsyncDisposable {
  log: EventLog
  lake: Lake
  /** Of this process alone: what keeps several apart then is the tables. */
  cache: Cache
}

/** Log, lake and cache of one process. */
export async function openPlatform({ directory, kafka, s3, crash }: PlatformPlan): Promise<OpenPlatform> {
  await using opened = new AsyncDisposableStack()
  const log = opened.use(
    kafka
      ? await openKafkaEventLog({ brokers: kafka })
      : await openSegmentEventLog({ directory: join(directory, 'log'), onRepair: () => {} }),
  )
  const store = opened.use(
    s3
      ? await openS3Objects({ ...s3, cacheDirectory: join(directory, `cache-${process.pid}`) })
      : await openFileObjects({ directory: join(directory, 'lake') }),
  )
  const objects = crash ? crashAt(store, crash) : store
  const lake = opened.use(await openDeltaLake({ objects, workDirectory: join(directory, 'work') }))
  const cache = opened.use(createMemoryCache())
  const owned = opened.move()
  return { log, lake, cache, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
