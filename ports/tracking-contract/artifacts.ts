import assert from 'node:assert/strict'
import { ABSENT_RUN, type Bench, newRun } from './bench.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (content: Uint8Array): string => new TextDecoder().decode(content)

export const artifactSpecifications = ({ specification }: Bench): void => {
  specification(
    'keeps files of a run, in folders too, and replaces them',
    async ({ artifacts, ...tracking }) => {
      const { id } = await newRun({ artifacts, ...tracking })
      assert.deepEqual(await artifacts.list(id), [])
      await artifacts.write(id, 'report.json', bytes('{"a":1}'))
      await artifacts.write(id, 'checkpoints/000/model state é.bin', bytes('state'))
      await artifacts.write(id, 'checkpoints/latest.json', bytes('1'))
      await artifacts.write(id, 'report.json', bytes('{}'))
      assert.equal(text(await artifacts.read(id, 'report.json')), '{}')
      assert.equal(text(await artifacts.read(id, 'checkpoints/000/model state é.bin')), 'state')
      assert.deepEqual(await artifacts.list(id), [
        { path: 'checkpoints', isDirectory: true, sizeBytes: null },
        { path: 'report.json', isDirectory: false, sizeBytes: 2 },
      ])
      assert.deepEqual(await artifacts.list(id, 'checkpoints'), [
        { path: 'checkpoints/000', isDirectory: true, sizeBytes: null },
        { path: 'checkpoints/latest.json', isDirectory: false, sizeBytes: 1 },
      ])
      assert.deepEqual(await artifacts.list(id, 'checkpoints/000'), [
        { path: 'checkpoints/000/model state é.bin', isDirectory: false, sizeBytes: 5 },
      ])
    },
  )

  specification('lists nothing under what is no folder', async ({ artifacts, ...tracking }) => {
    const { id } = await newRun({ artifacts, ...tracking })
    await artifacts.write(id, 'file', bytes('x'))
    assert.deepEqual(await artifacts.list(id, 'file'), [])
    assert.deepEqual(await artifacts.list(id, 'absent/folder'), [])
  })

  specification('keeps megabytes, bit by bit, and nothing at all', async ({ artifacts, ...tracking }) => {
    const { id } = await newRun({ artifacts, ...tracking })
    const content = new Uint8Array(3_000_000)
    for (let i = 0; i < content.length; i += 1) content[i] = (i * 2654435761) >>> 24
    await artifacts.write(id, 'model.bin', content)
    const read = await artifacts.read(id, 'model.bin')
    assert.equal(Buffer.compare(read, content), 0)
    await artifacts.write(id, 'empty', new Uint8Array())
    assert.equal((await artifacts.read(id, 'empty')).length, 0)
    assert.deepEqual(await artifacts.list(id), [
      { path: 'empty', isDirectory: false, sizeBytes: 0 },
      { path: 'model.bin', isDirectory: false, sizeBytes: 3_000_000 },
    ])
  })

  specification('keeps the files of runs apart', async ({ artifacts, ...tracking }) => {
    const first = await newRun({ artifacts, ...tracking })
    const second = await newRun({ artifacts, ...tracking }, { experimentId: first.experimentId })
    await artifacts.write(first.id, 'a', bytes('first'))
    assert.deepEqual(await artifacts.list(second.id), [])
    await assert.rejects(artifacts.read(second.id, 'a'), { code: 'NOT_FOUND' })
  })

  specification('deletes a file or a folder once', async ({ artifacts, ...tracking }) => {
    const { id } = await newRun({ artifacts, ...tracking })
    await artifacts.write(id, 'a/b', bytes('1'))
    await artifacts.write(id, 'c', bytes('2'))
    assert.equal(await artifacts.delete(id, 'c'), true)
    assert.equal(await artifacts.delete(id, 'c'), false)
    assert.equal(await artifacts.delete(id, 'a'), true)
    assert.equal(await artifacts.delete(id, 'a/b'), false)
    assert.deepEqual(await artifacts.list(id), [])
    await assert.rejects(artifacts.read(id, 'c'), { code: 'NOT_FOUND' })
  })

  specification('says that a file does not exist; a folder is none', async ({ artifacts, ...tracking }) => {
    const { id } = await newRun({ artifacts, ...tracking })
    await artifacts.write(id, 'folder/file', bytes('1'))
    for (const path of ['absent', 'folder', 'folder/absent', 'folder/file/absent']) {
      await assert.rejects(artifacts.read(id, path), { code: 'NOT_FOUND' }, path)
    }
    await assert.rejects(artifacts.write(ABSENT_RUN, 'a', bytes('1')), { code: 'NOT_FOUND' })
    await assert.rejects(artifacts.delete(ABSENT_RUN, 'a'), { code: 'NOT_FOUND' })
  })

  specification(
    'refuses every path that leaves the run, in whatever spelling',
    async ({ artifacts, ...tracking }) => {
      const { id } = await newRun({ artifacts, ...tracking })
      const paths = [
        '/etc/passwd',
        '..',
        '../x',
        'a/../../x',
        'a/./b',
        'a//b',
        'a/',
        '.',
        'C:/x',
        'file:///etc/passwd',
      ]
      for (const path of [...paths, '..\\x', '%2e%2e/x', '%252e%252e/x', 'a#b', 'a?b', 'a\0b', 'a\nb']) {
        const invalid = { code: 'INVALID_ARGUMENT' }
        await assert.rejects(artifacts.read(id, path), invalid, path)
        await assert.rejects(artifacts.write(id, path, bytes('x')), invalid, path)
        await assert.rejects(artifacts.delete(id, path), invalid, path)
        await assert.rejects(artifacts.list(id, path), invalid, path)
      }
      await assert.rejects(artifacts.delete(id, ''), { code: 'INVALID_ARGUMENT' })
      assert.deepEqual(await artifacts.list(id), [])
    },
  )
}
