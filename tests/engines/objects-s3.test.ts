import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openS3Objects, type S3Options } from '#adapters/objects/s3.ts'
import { type S3Server, startS3Server } from '#engines/s3-server.ts'
import { objectsContract } from '#ports/objects.contract.ts'
import type { Objects } from '#ports/objects.ts'

const BUCKET = 'contract'
const stack = new AsyncDisposableStack()
let server: S3Server
let cacheDirectory: string

before(async () => {
  server = stack.use(await startS3Server({ buckets: [BUCKET] }))
  cacheDirectory = await mkdtemp(join(tmpdir(), 'objects-s3-'))
  stack.defer(() => rm(cacheDirectory, { recursive: true, force: true }))
})
after(() => stack.disposeAsync())

const open = (prefix: string, limits: S3Options['limits'] = {}, more: Partial<S3Options> = {}) => {
  const { endpoint, accessKeyId, secretAccessKey } = server
  const options = { bucket: BUCKET, prefix, endpoint, accessKeyId, secretAccessKey, cacheDirectory }
  return openS3Objects({ ...options, limits: { total: 10_000, ...limits }, ...more })
}

objectsContract({ name: 'S3', open: store => open(`tests/${store}`) })

describe('S3 objects on a server that is killed', () => {
  const LIMITS = { request: 5000, total: 30_000, backoff: 50 }
  const KILLS = 5
  const key = (number: number) => `log/${String(number).padStart(8, '0')}`

  test('lose nothing that was acknowledged, and each object has one creator', {
    timeout: 180_000,
  }, async t => {
    const prefix = `killed-${process.pid}`
    await using one = await open(prefix, LIMITS)
    await using other = await open(prefix, LIMITS)
    const created = new Map<number, string>()
    const stored = new Map<string, string>()
    let isOver = false
    /** Takes the next free number, as commits of a table do. */
    const commit = async (objects: Objects, writer: number) => {
      for (let number = 0; !isOver; number++) {
        const content = `${writer} ${number} ${'x'.repeat((number * 37) % 5000)}`
        if (!(await objects.putIfAbsent(key(number), Buffer.from(content)))) continue
        assert.equal(created.get(number), undefined, `${number} was created twice.`)
        created.set(number, content)
      }
    }
    const store = async (objects: Objects, writer: number) => {
      for (let number = 0; !isOver; number++) {
        const name = `data/${writer}-${number}`
        const content = `${name} ${'y'.repeat((number * 997) % 100_000)}`
        await objects.put(name, Buffer.from(content))
        stored.set(name, content)
      }
    }
    const work = Promise.all([
      ...[0, 1, 2, 3].map(writer => commit(writer % 2 ? one : other, writer)),
      ...[0, 1].map(writer => store(writer % 2 ? one : other, writer)),
    ])
    const kill = async () => {
      for (let kills = 0; kills < KILLS; kills++) {
        const before = created.size
        while (created.size < before + 10) await sleep(20)
        await server.kill()
        await sleep(kills * 100)
        await server.restart()
      }
      isOver = true
    }
    await Promise.all([work, kill()])

    const read = async (name: string) => Buffer.from(await one.get(name)).toString()
    const numbers: string[] = []
    for await (const object of one.list('log/')) numbers.push(object.key)
    assert.deepEqual(
      numbers,
      Array.from(numbers, (_, number) => key(number)),
    )
    for (const [number, content] of created) assert.equal(await read(key(number)), content)
    for (const [name, content] of stored) assert.equal(await read(name), content)
    assert.equal(created.size, numbers.length, 'Somebody took its own object for that of another.')
    t.diagnostic(`${created.size} created, ${stored.size} stored, ${KILLS} kills.`)
  })

  test('say where and why, when the server stays away, and work again when it is back', async () => {
    await using objects = await open(`away-${process.pid}`, { request: 500, total: 500, backoff: 20 })
    await objects.put('a', Buffer.from('kept'))
    await server.kill()
    for (const run of [
      () => objects.get('a'),
      () => objects.put('a', Buffer.from('x')),
      () => objects.putIfAbsent('b', Buffer.from('x')),
      () => objects.localFile('a'),
    ])
      await assert.rejects(run(), { code: 'ENGINE_UNREACHABLE', message: /127\.0\.0\.1.*AWS_ENDPOINT_URL/ })
    await server.restart()
    assert.equal(Buffer.from(await objects.get('a')).toString(), 'kept')
  })
})

describe('S3 objects that can not be opened', () => {
  const refused = (options: Partial<S3Options>, expected: object) =>
    assert.rejects(async () => (await open('refused', {}, options))[Symbol.asyncDispose](), expected)

  test('name what is wrong with key, secret or bucket', async () => {
    await refused({ accessKeyId: 'nobody' }, { code: 'ENGINE_ACCESS_DENIED', message: /AWS_ACCESS_KEY_ID/ })
    await refused(
      { secretAccessKey: 'wrong' },
      { code: 'ENGINE_ACCESS_DENIED', message: /AWS_SECRET_ACCESS_KEY/ },
    )
    await refused({ bucket: 'absent' }, { code: 'ENGINE_UNSUPPORTED', message: /Create the bucket absent/ })
    await refused(
      { endpoint: 'http://127.0.0.1:1', limits: { total: 500 } },
      { code: 'ENGINE_UNREACHABLE', message: /127\.0\.0\.1:1/ },
    )
  })

  test('are created with their bucket if that is asked for', async () => {
    for (let i = 0; i < 2; i++) {
      await using objects = await open('', {}, { bucket: 'made-by-us', createBucket: true })
      await objects.put('a', Buffer.from('x'))
      assert.equal(objects.uri, 's3://made-by-us')
    }
  })
})
