import type { ObjectInfo, Objects } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import type { Action, AddFile } from './actions.ts'
import type { CheckpointFiles, CheckpointRow } from './checkpoint-files.ts'
import { openDeltaLog, type DeltaLog, type DeltaLogOptions } from './open-delta-log.ts'
import { schemaOfColumns } from './schema-codec.ts'

/** A store in memory whose calls can be made to fail, and checkpoints that are JSON instead of Parquet. */
export const createTestStore = () => {
  const contents = new Map<string, { bytes: Uint8Array; modifiedAt: number }>()
  const clock = { now: 1_767_571_200_000 }
  const calls: string[] = []
  /** Called before a call takes effect; may throw. */
  const hooks: {
    before?: (call: string, key: string) => Promise<void> | void
    after?: (call: string, key: string) => void
  } = {}

  const called = async (call: string, key: string): Promise<void> => {
    calls.push(`${call} ${key}`)
    await hooks.before?.(call, key)
  }
  const infoOf = (key: string): ObjectInfo | null => {
    const found = contents.get(key)
    return found === undefined ? null : { key, sizeBytes: found.bytes.length, modifiedAt: found.modifiedAt }
  }
  const store = (key: string, bytes: Uint8Array): void => {
    contents.set(key, { bytes, modifiedAt: clock.now })
  }
  const bytesOf = (key: string): Uint8Array => {
    const found = contents.get(key)
    if (found === undefined) throw new PortError('NOT_FOUND', `There is no object ${key}.`)
    return found.bytes
  }

  const objects: Objects = {
    uri: 's3://bucket/lake',
    async put(key, content) {
      await called('put', key)
      store(key, content)
    },
    async putIfAbsent(key, content) {
      await called('putIfAbsent', key)
      const absent = !contents.has(key)
      if (absent) store(key, content)
      hooks.after?.('putIfAbsent', key)
      return absent
    },
    putFile: () => Promise.reject(new Error('Not needed here.')),
    async get(key) {
      await called('get', key)
      return bytesOf(key)
    },
    stat: async key => infoOf(key),
    async *list(prefix, { after = '' } = {}) {
      await called('list', prefix)
      for (const key of [...contents.keys()].sort()) {
        const info = infoOf(key)
        if (info !== null && key.startsWith(prefix) && key > after) yield info
      }
    },
    async delete(keys) {
      for (const key of keys) contents.delete(key)
    },
    async localFile(key) {
      bytesOf(key)
      return { path: key, [Symbol.dispose]() {} }
    },
    async [Symbol.asyncDispose]() {},
  }
  const parquet: CheckpointFiles = {
    read: async path => {
      await called('checkpoint', path)
      return (JSON.parse(new TextDecoder().decode(bytesOf(path))) as { rows: CheckpointRow[] }).rows
    },
    write: async rows => new TextEncoder().encode(JSON.stringify({ rows })),
  }

  return {
    objects,
    parquet,
    contents,
    calls,
    hooks,
    clock,
    /** Puts text under a key relative to the table `t`. */
    write: (key: string, text: string) => store(`t/${key}`, new TextEncoder().encode(text)),
    keys: () => [...contents.keys()].map(key => key.slice(2)).sort(),
    open: (options: Partial<DeltaLogOptions> = {}): DeltaLog =>
      openDeltaLog({ objects, parquet, table: 't', engineName: 'test/1', now: () => clock.now, ...options }),
  }
}

export type TestStore = ReturnType<typeof createTestStore>

/** Protocol and metadata of a table with one column. */
export const tableActions = (configuration: Record<string, string> = {}): Action[] => [
  { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
  {
    metaData: {
      id: '5fba94ed-9794-4965-ba6e-6ee3c0d22af9',
      format: { provider: 'parquet', options: {} },
      schemaString: schemaOfColumns([{ name: 'id', type: 'long', nullable: true }]),
      partitionColumns: [],
      configuration,
      createdTime: 1_767_571_200_000,
    },
  },
]

export const addOf = (path: string, size = 10): AddFile => ({
  path,
  partitionValues: {},
  size,
  modificationTime: 1_767_571_200_000,
  dataChange: true,
  stats: '{"numRecords":1}',
})

export const createTable = async (log: DeltaLog, configuration?: Record<string, string>): Promise<void> => {
  await log.commit({
    kind: 'metadata',
    operation: 'CREATE TABLE',
    read: null,
    actions: tableActions(configuration),
  })
}

/** Adds files with these names, whatever is there. */
export const appendFiles = async (log: DeltaLog, ...paths: string[]): Promise<number> => {
  const actions = paths.map(path => ({ add: addOf(path) }))
  const { version } = await log.commit({
    kind: 'append',
    operation: 'WRITE',
    read: await log.state(),
    actions,
  })
  return version
}

export const filesOf = async (log: DeltaLog, version?: number): Promise<string[]> => {
  const state = await log.state(version === undefined ? undefined : { version })
  return [...(state?.files.keys() ?? [])].sort()
}
