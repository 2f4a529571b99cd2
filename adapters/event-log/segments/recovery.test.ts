import assert from 'node:assert/strict'
import { appendFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { filesOf, numbers, openNoting, readAll, scratchDirectory } from './testing.ts'

const TOPIC = 'topic'
/** Values large enough that a few of them fill the smallest segment. */
const wide = (values: readonly string[]) => values.map(value => ({ value: value.padEnd(1000) }))
const trimmed = (values: readonly string[]) => values.map(value => value.trim())

/** A closed log of 40 records in segments of 4 KiB, one record a frame. */
const writtenLog = async (t: TestContext): Promise<string> => {
  const directory = await scratchDirectory(t)
  await using opened = await openNoting({ directory, maxSegmentBytes: 4096 })
  await opened.log.createTopics([{ name: TOPIC, partitions: 1 }])
  for (const record of wide(numbers(40))) await opened.log.append(TOPIC, [record])
  return directory
}
const dropIndexes = async (directory: string) => {
  for (const path of await filesOf(directory, TOPIC, '.index')) await rm(path)
}

test('whatever an interrupted append leaves behind is cut off and reported, and nothing else', async t => {
  const directory = await scratchDirectory(t)
  {
    await using opened = await openNoting({ directory })
    await opened.log.createTopics([{ name: TOPIC, partitions: 1 }])
    await opened.log.append(
      TOPIC,
      numbers(3).map(value => ({ value })),
    )
  }
  const [file] = await filesOf(directory, TOPIC)
  const before = await stat(file!)
  {
    await using opened = await openNoting({ directory })
    await opened.log.append(
      TOPIC,
      numbers(2, 3).map(value => ({ value })),
    )
  }
  const content = await readFile(file!)
  const [index] = await filesOf(directory, TOPIC, '.index')
  for (let length = before.size + 1; length < content.length; length += 5) {
    for (const tail of [Buffer.alloc(0), Buffer.alloc(100), Buffer.from('CLG1CLG1')]) {
      const torn = Buffer.concat([content.subarray(0, length), tail])
      await writeFile(file!, torn)
      await rm(index!, { force: true })
      await using opened = await openNoting({ directory })
      assert.deepEqual(opened.repairs, [
        {
          topic: TOPIC,
          partition: 0,
          file,
          offset: 3,
          bytes: torn.findLastIndex(byte => byte !== 0) + 1 - before.size,
        },
      ])
      assert.deepEqual(opened.damages, [])
      assert.deepEqual((await readAll(opened.log, TOPIC)).values, numbers(3))
      const [position] = await opened.log.append(TOPIC, [{ value: 'next' }])
      assert.equal(position!.offset, 3)
      assert.deepEqual((await readAll(opened.log, TOPIC)).values, [...numbers(3), 'next'])
    }
  }
})

test('space that was reserved and not used is neither a torn append nor damage', async t => {
  const directory = await writtenLog(t)
  await dropIndexes(directory)
  const files = await filesOf(directory, TOPIC)
  const sizes = await Promise.all(files.map(async path => (await stat(path)).size))
  for (const path of files) await appendFile(path, Buffer.alloc(100_000))
  await using opened = await openNoting({ directory })
  const { values, gaps } = await readAll(opened.log, TOPIC)
  assert.deepEqual([trimmed(values), gaps, opened.repairs, opened.damages], [numbers(40), [], [], []])
  assert.deepEqual(await Promise.all(files.map(async path => (await stat(path)).size)), sizes)
})

test('an intact log opens without a report, with and without its index files', async t => {
  const directory = await writtenLog(t)
  assert.ok((await filesOf(directory, TOPIC)).length >= 8)
  for (const prepare of [async () => {}, dropIndexes, damageIndexes]) {
    await prepare(directory)
    await using opened = await openNoting({ directory })
    assert.deepEqual([opened.repairs, opened.damages], [[], []])
    const { values, gaps } = await readAll(opened.log, TOPIC)
    assert.deepEqual([trimmed(values), gaps], [numbers(40), []])
  }
})

const damageIndexes = async (directory: string) => {
  for (const [i, path] of (await filesOf(directory, TOPIC, '.index')).entries()) {
    if (i % 3 === 0) await truncate(path, 20)
    else await writeFile(path, i % 3 === 1 ? '' : (await readFile(path)).map(byte => byte ^ 1))
  }
}

test('damage in a sealed segment is a gap with a report, and all other records survive', async t => {
  const directory = await writtenLog(t)
  const files = await filesOf(directory, TOPIC)
  const content = await readFile(files[2]!)
  const frame = content.length / 4
  content[frame + 500]! ^= 1
  await writeFile(files[2]!, content)
  const damaged = Number(/(\d+)\.log$/.exec(files[2]!)![1]) + 1

  for (const prepare of [async () => {}, dropIndexes]) {
    await prepare(directory)
    await using opened = await openNoting({ directory })
    for (let reader = 0; reader < 2; reader++) {
      const { values, gaps } = await readAll(opened.log, TOPIC)
      assert.deepEqual(
        trimmed(values),
        numbers(40).filter(value => value !== String(damaged)),
      )
      assert.deepEqual(gaps, [{ partition: 0, from: damaged, to: damaged + 1 }])
    }
    const reports = opened.damages.map(({ code, details }) => ({ code, ...details }))
    const report = {
      code: 'LOG_CORRUPT',
      topic: TOPIC,
      partition: 0,
      offset: damaged,
      file: files[2],
      position: frame,
    }
    assert.deepEqual(reports, [report])
  }
})

test('a sealed segment that lost its end is a gap up to the next one', async t => {
  const directory = await writtenLog(t)
  const files = await filesOf(directory, TOPIC)
  const { size } = await stat(files[1]!)
  await truncate(files[1]!, size / 2 + 10)
  await using opened = await openNoting({ directory })
  const { values, gaps } = await readAll(opened.log, TOPIC)
  assert.deepEqual(gaps, [{ partition: 0, from: 6, to: 8 }])
  assert.deepEqual(
    trimmed(values),
    numbers(40).filter(value => value !== '6' && value !== '7'),
  )
  assert.equal(opened.damages.length, 1)
})

test('damage before intact frames of the active segment cuts nothing off', async t => {
  const directory = await scratchDirectory(t)
  {
    await using opened = await openNoting({ directory })
    await opened.log.createTopics([{ name: TOPIC, partitions: 1 }])
    for (const record of wide(numbers(5))) await opened.log.append(TOPIC, [record])
  }
  const [file] = await filesOf(directory, TOPIC)
  const content = await readFile(file!)
  content[content.length / 5 + 100]! ^= 8
  await writeFile(file!, content)
  await dropIndexes(directory)
  await using opened = await openNoting({ directory })
  assert.deepEqual(opened.repairs, [])
  assert.equal(opened.damages[0]?.code, 'LOG_CORRUPT')
  const { values, gaps } = await readAll(opened.log, TOPIC)
  assert.deepEqual([trimmed(values), gaps], [['0', '2', '3', '4'], [{ partition: 0, from: 1, to: 2 }]])
})

test('state files that hold no state give an error that names them', async t => {
  const directory = await writtenLog(t)
  for (const content of ['', '[]', '{"topic":7}', '{"topic":{"partitions":-1}}']) {
    await writeFile(join(directory, '@topics.json'), content)
    await assert.rejects(openNoting({ directory }), { code: 'LOG_CORRUPT', message: /@topics\.json/ })
  }
})
