import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { type Bench, bytes, noise } from './bench.ts'

export const localFileSpecifications = ({ specification }: Bench): void => {
  specification('gives an object as a file of this machine', async objects => {
    const content = noise(100_000)
    await objects.put('a/part-0.parquet', content)
    await objects.put('a/none', new Uint8Array())
    using file = await objects.localFile('a/part-0.parquet')
    assert.ok(isAbsolute(file.path))
    assert.match(file.path, /\.parquet$/)
    assert.equal(Buffer.compare(await readFile(file.path), content), 0)
    using none = await objects.localFile('a/none')
    assert.equal((await readFile(none.path)).length, 0)
  })

  specification('gives a file to many at once, for as long as one of them has it', async objects => {
    const content = noise(500_000)
    await objects.put('a', content)
    const files = await Promise.all(Array.from({ length: 20 }, () => objects.localFile('a')))
    const last = files.pop()
    for (const file of files) {
      file[Symbol.dispose]()
      file[Symbol.dispose]()
    }
    assert.equal(Buffer.compare(await readFile(last!.path), content), 0)
    last![Symbol.dispose]()
    using again = await objects.localFile('a')
    assert.equal(Buffer.compare(await readFile(again.path), content), 0)
  })

  specification('gives no file of an object that is not there', async objects => {
    await objects.put('a/b', bytes('x'))
    for (const key of ['absent', 'a']) await assert.rejects(objects.localFile(key), { code: 'NOT_FOUND' })
    using file = await objects.localFile('a/b')
    assert.equal((await readFile(file.path)).toString(), 'x')
    await objects.put('absent', bytes('now'))
    using now = await objects.localFile('absent')
    assert.equal((await readFile(now.path)).toString(), 'now')
  })

  specification('gives no file of what was deleted', async objects => {
    await objects.put('a', bytes('x'))
    {
      using file = await objects.localFile('a')
      assert.equal((await readFile(file.path)).toString(), 'x')
    }
    await objects.delete(['a'])
    await assert.rejects(objects.localFile('a'), { code: 'NOT_FOUND' })
  })
}
