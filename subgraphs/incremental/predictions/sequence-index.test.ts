import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { SessionRecord } from '../session/session-record.ts'
import { createSequenceIndex } from './sequence-index.ts'

const session = { id: 'one', source: [0], orderPartition: 0, orderStart: 0 } as unknown as SessionRecord

async function open(count: number) {
  const log = createMemoryEventLog()
  await log.createTopics([{ name: 'predictions', partitions: 1 }])
  await log.append(
    'predictions',
    Array.from({ length: count }, (_, seq) => ({
      value: JSON.stringify({ v: 1, kind: 'prediction', useCase: 'TFD', session: 'one', seq, partition: 0 }),
    })),
    { partition: 0 },
  )
  const directory = await mkdtemp(join(tmpdir(), 'sequence-'))
  return {
    directory,
    index: createSequenceIndex({ log, topic: 'predictions', directory }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

test('a torn index file is rebuilt by a scan', async () => {
  for (const torn of ['', '[[0,0],[10', '{"a":1}']) {
    await using p = await open(2500)
    await mkdir(join(p.directory, 'one'))
    await writeFile(join(p.directory, 'one', 'sequence.index'), torn)
    assert.equal((await p.index.find(session, 2100))?.seq, 2100)
  }
})

test('an index that is stored while it is being stored is whole in the end', async () => {
  await using p = await open(2500)
  await Promise.all(Array.from({ length: 20 }, () => p.index.store(session)))
  const stored = JSON.parse(await readFile(join(p.directory, 'one', 'sequence.index'), 'utf8')) as number[][]
  assert.deepEqual(
    stored.map(([seq]) => seq),
    [0, 1000, 2000],
  )
})
