import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { PortError } from '#ports/port-error.ts'
import { type DataDirectory, openDataDirectory, openEphemeralDirectory } from './data-directory.ts'
import type { Repair } from './event-log/segments/recover-segments.ts'

export interface AdaptersConfig {
  /** Null keeps everything in a temporary directory that is removed on disposal. */
  dataDir: string | null
  /** Told of each torn end of the log that was cut off while opening. */
  onRepair?: (repair: Repair) => void
  /** Told of damage that readers of the log pass as a gap. */
  onCorrupt?: (error: PortError) => void
}

export interface Adapters extends AsyncDisposable {
  readonly log: EventLog
  readonly cache: Cache
  readonly checkpointsDir: string
  readonly directory: DataDirectory
}

/** Opens the engine behind each port and, on disposal, closes them in reverse. Only this file knows engines. */
export const openAdapters = async ({ dataDir, ...reports }: AdaptersConfig): Promise<Adapters> => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(
    dataDir === null ? await openEphemeralDirectory() : await openDataDirectory(dataDir),
  )
  const { openSegmentEventLog } = await import('./event-log/segments.ts')
  const log = opened.use(await openSegmentEventLog({ directory: await directory.folder('log'), ...reports }))
  const { createMemoryCache } = await import('./cache/memory.ts')
  const cache = opened.use(createMemoryCache())
  const checkpointsDir = await directory.folder('checkpoints')

  // From here on the caller owns them; an error above has closed what was open.
  const owned = opened.move()
  return { log, cache, checkpointsDir, directory, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
