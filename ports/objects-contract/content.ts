import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bench, bytes, collect, keysOf, noise, read } from './bench.ts'

export const contentSpecifications = ({ specification }: Bench): void => {
  specification('keeps bytes, megabytes of them, and none at all', async objects => {
    const content = noise(3_000_000)
    await objects.put('a/megabytes', content)
    await objects.put('a/none', new Uint8Array())
    assert.equal(Buffer.compare(await objects.get('a/megabytes'), content), 0)
    assert.equal((await objects.get('a/none')).length, 0)
    assert.equal((await objects.stat('a/none'))?.sizeBytes, 0)
  })

  specification('keeps what was there when it was called, whatever becomes of the buffer', async objects => {
    const content = bytes('first')
    await objects.put('a', content)
    content.set(bytes('later'))
    assert.equal(await read(objects, 'a'), 'first')
  })

  specification(
    'replaces an object, and another instance sees the new one at once',
    async (objects, tools) => {
      await using other = await tools.openAgain()
      for (const content of ['one', 'two, longer', '3', '']) {
        await objects.put('a/b', bytes(content))
        assert.equal(await read(other, 'a/b'), content)
        assert.equal((await other.stat('a/b'))?.sizeBytes, content.length)
      }
      assert.deepEqual(await keysOf(other), ['a/b'])
    },
  )

  specification('shows readers all of the old or all of the new content', async objects => {
    const contents = [noise(200_000, 1), noise(300_000, 2)]
    await objects.put('a', contents[0]!)
    let isWriting = true
    const write = async () => {
      for (let i = 1; i <= 20; i++) await objects.put('a', contents[i % 2]!)
      isWriting = false
    }
    let seen = 0
    const look = async () => {
      while (isWriting) {
        const found = await objects.get('a')
        assert.ok(
          contents.some(content => Buffer.compare(content, found) === 0),
          `${found.length} bytes that nobody wrote.`,
        )
        seen += 1
      }
    }
    await Promise.all([write(), look(), look()])
    assert.ok(seen > 0)
  })

  specification('keeps what was written last after it is closed', async (objects, tools) => {
    await objects.put('a/b/c', bytes('kept'))
    await objects[Symbol.asyncDispose]()
    await objects[Symbol.asyncDispose]()
    await using again = await tools.openAgain()
    assert.equal(await read(again, 'a/b/c'), 'kept')
  })

  specification('stores a file, which stays as it is', async (objects, { folder }) => {
    const path = join(folder, 'file')
    for (const content of [noise(100_000), new Uint8Array(), noise(10)]) {
      await writeFile(path, content)
      await objects.putFile('a/file', path)
      assert.equal(Buffer.compare(await objects.get('a/file'), content), 0)
      assert.equal(Buffer.compare(await readFile(path), content), 0)
    }
    await writeFile(path, 'changed afterwards')
    assert.equal(Buffer.compare(await objects.get('a/file'), noise(10)), 0)
  })

  specification('stores a file of many megabytes, bit by bit', async (objects, { folder }) => {
    const path = join(folder, 'file')
    const content = noise(35_000_001)
    await writeFile(path, content)
    await objects.putFile('a/large', path)
    assert.equal((await objects.stat('a/large'))?.sizeBytes, content.length)
    assert.equal(Buffer.compare(await objects.get('a/large'), content), 0)
    using file = await objects.localFile('a/large')
    assert.equal(Buffer.compare(await readFile(file.path), content), 0)
  })

  specification('says that the file to store is missing, and stores nothing', async (objects, { folder }) => {
    for (const path of [join(folder, 'absent'), folder])
      await assert.rejects(objects.putFile('a', path), { code: 'NOT_FOUND' })
    assert.deepEqual(await keysOf(objects), [])
  })

  specification('tells size and time of an object, in a list too', async objects => {
    const before = Date.now()
    await objects.put('a/b', bytes('four'))
    const info = await objects.stat('a/b')
    const [listed] = await collect(objects, '')
    for (const found of [info, listed]) {
      assert.equal(found?.key, 'a/b')
      assert.equal(found?.sizeBytes, 4)
      // Stores count seconds, and their clocks differ from ours.
      assert.ok(Math.abs((found?.modifiedAt ?? 0) - before) < 30_000, `${found?.modifiedAt} at ${before}.`)
    }
  })

  specification('names its place without a slash at the end', async objects => {
    assert.match(objects.uri, /^(file:\/\/\/|s3:\/\/)\S*[^/]$/)
  })
}
