import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { PortError } from '#ports/port-error.ts'
import type { Tracking } from '#ports/tracking.ts'
import { createArtifactCheckpointStore } from './artifact-checkpoint-store.ts'
import { encodeCheckpoint } from './checkpoint.ts'
import type { SessionRecord } from './session-record.ts'

async function open() {
  const files = new Map<string, Uint8Array>()
  const refusing = {
    read: null as PortError | null,
    delete: null as PortError | null,
    list: null as PortError | null,
  }
  const artifacts = {
    async write(_: string, path: string, bytes: Uint8Array) {
      files.set(path, bytes)
    },
    async read(_: string, path: string) {
      if (refusing.read) throw refusing.read
      return files.get(path) ?? Promise.reject(new PortError('NOT_FOUND', 'It is not there.'))
    },
    async list() {
      if (refusing.list) throw refusing.list
      return [...files.keys()].map(path => ({ path }))
    },
    async delete(_: string, path: string) {
      if (refusing.delete) throw refusing.delete
      files.delete(path)
    },
  }
  const damaged: string[] = []
  const store = createArtifactCheckpointStore({
    tracking: { artifacts } as unknown as Tracking,
    control: await openControl(createMemoryEventLog()),
    cache: createMemoryCache(),
    recordOf: () => ({ useCase: 'TFD', run: 'run' }) as SessionRecord,
    onDamaged: path => damaged.push(path),
  })
  const save = (sequence: number) => {
    const header = {
      useCase: 'TFD',
      session: 's',
      learner: 'x',
      sequence,
      source: [0],
      labels: [0],
      at: sequence,
    }
    const { bytes } = encodeCheckpoint({ ...header, orderPartition: 0, orderOffset: 0 }, new ArrayBuffer(8))
    return store.save('s', sequence, sequence, bytes)
  }
  return {
    files,
    refusing,
    damaged,
    store,
    save,
    latest: async () => (await store.latest('s'))?.header.sequence,
  }
}

test('a checkpoint is stored even if those that outlived their use cannot be deleted', async () => {
  const { files, refusing, save, latest } = await open()
  refusing.delete = new PortError('TRACKING_REFUSED', 'Deleting is not allowed here.')
  for (let sequence = 1; sequence <= 6; sequence++) await save(sequence)
  assert.equal(await latest(), 6)
  refusing.delete = null
  await save(7)
  assert.equal(files.size, 3)
})

test('a checkpoint that is stored late does not take the place of a newer one', async () => {
  const { save, latest } = await open()
  await save(20)
  await save(10)
  assert.equal(await latest(), 20)
})

test('a damaged or deleted checkpoint is passed over, one that tracking does not give is waited for', async () => {
  const { files, refusing, damaged, save, store, latest } = await open()
  await save(1)
  await save(2)
  const [, second = ''] = files.keys()
  files.set(second, new Uint8Array(3))
  assert.equal(await latest(), 1)
  files.delete(second)
  assert.equal(await latest(), 1)
  assert.deepEqual(damaged, [second, second])
  for (const code of ['ENGINE_UNREACHABLE', 'ENGINE_ACCESS_DENIED', 'TRACKING_REFUSED'] as const) {
    refusing.read = new PortError(code, 'No.')
    await assert.rejects(store.latest('s'), { code })
  }
})

test('a run that a person deleted leaves its session what the log has', async () => {
  const { files, refusing, save, latest } = await open()
  await save(1)
  files.clear()
  refusing.list = new PortError('NOT_FOUND', 'The run was deleted.')
  assert.equal(await latest(), undefined)
})
