import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import type { Objects } from '#ports/objects.ts'
import type { PortError } from '#ports/port-error.ts'
import type { SqlEngine } from '#ports/sql-engine.ts'
import type { Tracking } from '#ports/tracking.ts'
import type { RedisOptions } from './cache/redis.ts'
import { type DataDirectory, openDataDirectory, openEphemeralDirectory } from './data-directory.ts'
import type { KafkaOptions } from './event-log/kafka.ts'
import type { Repair } from './event-log/segments/recover-segments.ts'
import type { S3Options } from './objects/s3.ts'
import type { MlflowOptions } from './tracking/mlflow.ts'

export interface Ports {
  log: EventLog
  cache: Cache
  tracking: Tracking
  control: Control
  lake: Lake
  sql: SqlEngine
}

export type LakePlace = { directory: string } | Omit<S3Options, 'cacheDirectory' | 'onNotice'>

export interface AdaptersConfig<Name extends keyof Ports> {
  /** Null keeps everything in a temporary directory that is removed on disposal. */
  dataDir: string | null
  /** Which ports to open; nothing is connected to for another. */
  ports: readonly Name[]
  /** A real engine in the place of the embedded one. */
  engines?: { kafka?: KafkaOptions; redis?: RedisOptions; mlflow?: MlflowOptions; lake?: LakePlace }
  /** Memory of the lake's DuckDB, in MiB. */
  lakeMemoryMb?: number
  /** Bounds of the SQL engine. */
  sql?: { memoryMb?: number; threads?: number; concurrency?: number }
  /** How this process calls itself at engines. */
  clientId?: string
  /** How this software calls itself in what it writes, such as `coelho-realtime/0.3.0`. */
  software?: string
  /** Told of each torn end of the log that was cut off while opening. */
  onRepair?: (repair: Repair) => void
  /** Told of damage that readers of the log pass as a gap. */
  onCorrupt?: (error: PortError) => void
  /** Told what happens to connections. */
  onNotice?: (level: 'info' | 'warn' | 'error', message: string) => void
}

export type Adapters<Name extends keyof Ports> = Pick<Ports, Name> &
  AsyncDisposable & {
    readonly directory: DataDirectory
    /** What stands behind each port, for people: `Kafka at 127.0.0.1:9092`. */
    readonly engines: Readonly<Record<Name, string>>
  }

/** Opens the engine behind each port and, on disposal, closes them in reverse. Only this file knows engines. */
export const openAdapters = async <const Name extends keyof Ports>({
  dataDir,
  ports,
  engines: { kafka, redis, mlflow, lake } = {},
  lakeMemoryMb,
  sql = {},
  clientId,
  software,
  onNotice,
  ...reports
}: AdaptersConfig<Name>): Promise<Adapters<Name>> => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(
    dataDir === null ? await openEphemeralDirectory() : await openDataDirectory(dataDir),
  )
  const told = onNotice && { onNotice }
  const found: { [K in keyof Ports]?: Ports[K] } = {}
  const engines: { [K in keyof Ports]?: string } = {}
  const wants = (name: keyof Ports) => (ports as readonly string[]).includes(name)

  if (wants('log') || wants('control')) {
    found.log = opened.use(await openLog())
    engines.log = kafka ? `Kafka at ${kafka.brokers.join(', ')}` : `files in ${directory.path}`
  }
  if (wants('cache')) {
    found.cache = opened.use(await openCache())
    engines.cache = redis ? `Redis at ${placeOf(redis)}` : 'in this process'
  }
  if (wants('tracking')) {
    found.tracking = opened.use(await openTracking())
    engines.tracking = mlflow ? `MLflow at ${mlflow.uri}` : `SQLite in ${directory.path}`
  }
  if (wants('control') && found.log) {
    const { openControl } = await import('./control/log-control.ts')
    found.control = opened.use(await openControl(found.log))
    engines.control = engines.log as string
  }

  if (wants('lake')) {
    found.lake = opened.use(await openLake())
    engines.lake = `Delta tables in ${found.lake.uri}`
  }
  if (wants('sql')) {
    const { openSqlEngine } = await import('./sql-engine/duckdb.ts')
    const workDirectory = await workFolder('sql')
    found.sql = opened.use(
      await openSqlEngine({
        workDirectory,
        ...sql,
        ...(onNotice && { onNotice: notice => onNotice('info', notice) }),
      }),
    )
    engines.sql = 'DuckDB in processes of its own'
  }

  async function openLog(): Promise<EventLog> {
    if (kafka) {
      const { openKafkaEventLog } = await import('./event-log/kafka.ts')
      return openKafkaEventLog({ ...(clientId && { clientId }), ...told, ...kafka })
    }
    const { openSegmentEventLog } = await import('./event-log/segments.ts')
    return openSegmentEventLog({ directory: await directory.folder('log'), ...reports })
  }

  async function openCache(): Promise<Cache> {
    if (redis) {
      const { openRedisCache } = await import('./cache/redis.ts')
      return openRedisCache({ ...told, ...redis })
    }
    const { createMemoryCache } = await import('./cache/memory.ts')
    return createMemoryCache()
  }

  async function openTracking(): Promise<Tracking> {
    if (mlflow) {
      const { openMlflowTracking } = await import('./tracking/mlflow.ts')
      return openMlflowTracking({ ...told, ...mlflow })
    }
    const { openSqliteTracking } = await import('./tracking/sqlite.ts')
    const [folder, artifactsDir] = [await directory.folder('tracking'), await directory.folder('artifacts')]
    return openSqliteTracking({ database: `${folder}/mlflow.db`, artifactsDir })
  }

  async function openLake(): Promise<Lake> {
    const { openDeltaLake } = await import('./lake/delta.ts')
    const objects = opened.use(await openObjects())
    return openDeltaLake({
      objects,
      workDirectory: await workFolder('lake'),
      ...(lakeMemoryMb !== undefined && { memoryMb: lakeMemoryMb }),
      ...(software && { engineName: software }),
      ...told,
    })
  }

  async function openObjects(): Promise<Objects> {
    if (lake && 'bucket' in lake) {
      const { openS3Objects } = await import('./objects/s3.ts')
      return openS3Objects({ cacheDirectory: await directory.folder('cache'), ...told, ...lake })
    }
    const { openFileObjects } = await import('./objects/files.ts')
    return openFileObjects({ directory: lake?.directory ?? (await directory.folder('lake')), ...told })
  }

  async function workFolder(name: string): Promise<string> {
    const folder = join(await directory.folder('tmp'), name)
    await mkdir(folder, { recursive: true })
    return folder
  }

  // From here on the caller owns them; an error above has closed what was open.
  const owned = opened.move()
  const rest = { directory, engines, [Symbol.asyncDispose]: () => owned.disposeAsync() }
  // Those that were asked for are all there by now.
  return { ...found, ...rest } as Adapters<Name>
}

/** Never with a user or a password. */
function placeOf({ url, sentinels, sentinelMaster, cluster }: RedisOptions): string {
  const list = (hosts: readonly { host: string; port: number }[]) =>
    hosts.map(({ host, port }) => `${host}:${port}`).join(', ')
  if (sentinels) return `${sentinelMaster} of ${list(sentinels)}`
  if (cluster) return `cluster ${list(cluster)}`
  return url === undefined ? 'an unnamed server' : new URL(url).host
}
