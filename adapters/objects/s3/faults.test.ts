import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import type { Objects } from '#ports/objects.ts'
import type { Fault, FakeRequest } from './fake-s3.ts'
import { createFakeBench, IMPATIENT, isGet, SECRETS, SHORT, times } from './testing.ts'

const content = Buffer.from('content of an object that is long enough to be torn')
const always = (fault: Fault) => () => fault

const list = async (objects: Objects): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of objects.list('')) keys.push(key)
  return keys
}

// They mostly wait.
describe('opening', { concurrency: true }, () => {
  for (const [title, fault, code, message] of [
    [
      'a missing bucket',
      { status: 404, code: 'NoSuchBucket' },
      'ENGINE_UNSUPPORTED',
      /Create the bucket lake/,
    ],
    ['a wrong key', { status: 403, code: 'InvalidAccessKeyId' }, 'ENGINE_ACCESS_DENIED', /AWS_ACCESS_KEY_ID/],
    ['a wrong secret', { status: 403, code: 'SignatureDoesNotMatch' }, 'ENGINE_ACCESS_DENIED', /AWS_SECRET/],
    ['no right to write', { status: 403, code: 'AccessDenied' }, 'ENGINE_ACCESS_DENIED', /list and delete/],
    ['a full store', { status: 507, code: 'XMinioStorageFull' }, 'STORAGE_FULL', /Free space/],
    ['a spent quota', { status: 403, code: 'QuotaExceeded' }, 'STORAGE_FULL', /quota/],
    [
      'an overloaded store',
      { status: 503, code: 'SlowDown' },
      'ENGINE_UNREACHABLE',
      /SlowDown.*AWS_ENDPOINT_URL/,
    ],
    ['a store that says nothing', { silent: true }, 'ENGINE_UNREACHABLE', /no answer within 0.1 s/],
    ['a store that cuts every connection', { cut: true }, 'ENGINE_UNREACHABLE', /AWS_ENDPOINT_URL/],
    [
      'a web server',
      { status: 405, message: '<html>Method Not Allowed</html>' },
      'ENGINE_UNSUPPORTED',
      /S3-compatible/,
    ],
  ] satisfies [string, Fault, string, RegExp][]) {
    test(`tells ${title} by code, place and remedy, and never a secret`, async t => {
      const { fake, open } = await createFakeBench(t)
      const shown = Object.values(SECRETS).join(' ')
      fake.fault = always(
        'status' in fault
          ? { ...fault, message: `${'message' in fault ? fault.message : ''} ${shown}` }
          : fault,
      )
      const error = await open({ limits: { ...SHORT, ...('silent' in fault && { request: 100 }) } }).then(
        () => assert.fail('It opened.'),
        (error: unknown) => error,
      )
      assert.ok(error instanceof Error && 'code' in error)
      assert.equal(error.code, code)
      assert.match(error.message, message)
      assert.match(error.message, new RegExp(`s3://lake at ${fake.endpoint}.*\\.$`, 's'))
      for (const secret of Object.values(SECRETS))
        assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes(secret), `${secret} is shown.`)
    })
  }
})

test('a store that nobody serves, and one that is none, are told', async t => {
  const { open } = await createFakeBench(t)
  await assert.rejects(open({ endpoint: 'http://127.0.0.1:1', limits: SHORT }), {
    code: 'ENGINE_UNREACHABLE',
    message: /ECONNREFUSED.*http:\/\/127\.0\.0\.1:1|http:\/\/127\.0\.0\.1:1.*ECONNREFUSED/,
  })
  await assert.rejects(open({ endpoint: 'https://127.0.0.1:1', limits: SHORT }), {
    code: 'ENGINE_UNREACHABLE',
  })
})

test('settings that can not be right are refused before anything is sent', async t => {
  const { fake, open } = await createFakeBench(t)
  for (const options of [
    { endpoint: 'http://user:password@127.0.0.1:1' },
    { endpoint: '127.0.0.1:9000' },
    { endpoint: 'ftp://127.0.0.1' },
    { bucket: 'No_Bucket' },
    { bucket: 'a/b' },
    { prefix: 'a/../b' },
  ])
    await assert.rejects(open(options), error => {
      assert.ok(error instanceof Error && 'code' in error)
      assert.equal(error.code, 'INVALID_ARGUMENT')
      assert.doesNotMatch(error.message, /password@|user:/)
      return true
    })
  assert.equal(fake.requests.length, 0)
})

test('a missing bucket is created on demand only', async t => {
  const { fake, open } = await createFakeBench(t)
  fake.buckets.clear()
  await assert.rejects(open(), { code: 'ENGINE_UNSUPPORTED' })
  const notices: string[] = []
  const objects = await open({ createBucket: true, onNotice: (_, message) => notices.push(message) })
  await objects.put('a', content)
  assert.deepEqual([...fake.buckets], ['lake'])
  assert.match(notices.join(), /Created the bucket lake/)
  fake.buckets.clear()
  // A bucket that is gone is not an object that is gone.
  await assert.rejects(objects.get('a'), { code: 'ENGINE_UNSUPPORTED' })
  await assert.rejects(objects.put('a', content), { code: 'ENGINE_UNSUPPORTED' })
})

for (const [title, fault] of [
  ['errors', { status: 500, code: 'InternalError' }],
  ['requests to slow down', { status: 503, code: 'SlowDown' }],
  ['cut connections', { cut: true }],
  ['torn answers', { torn: true }],
  ['damaged answers', { corrupt: true }],
  ['silence', { silent: true }],
  ['a clock that jumped', { status: 403, code: 'RequestTimeTooSkewed' }],
] satisfies [string, Fault][]) {
  test(`${title} that pass are outlasted`, async t => {
    const { fake, open } = await createFakeBench(t)
    const objects = await open('silent' in fault ? { limits: IMPATIENT } : {})
    await objects.put('a/b', content)
    fake.fault = times(2, isGet, fault)
    assert.deepEqual(Buffer.from(await objects.get('a/b')), content)
    fake.fault = times(2, isGet, fault)
    using file = await objects.localFile('a/b')
    assert.match(file.path, /-51-/)
  })
}

test('damage that stays is told, and leaves no copy behind', async t => {
  const { fake, open, cacheDirectory } = await createFakeBench(t)
  const objects = await open({ limits: SHORT })
  await objects.put('a', content)
  fake.fault = request => (isGet(request) ? { corrupt: true } : null)
  await assert.rejects(objects.get('a'), { code: 'ENGINE_UNREACHABLE', message: /checksum/ })
  await assert.rejects(objects.localFile('a'), { code: 'ENGINE_UNREACHABLE', message: /checksum/ })
  const files = await readdir(join(cacheDirectory, 'objects-1'))
  assert.deepEqual(
    files.filter(name => !name.startsWith('lock')),
    [],
  )
  fake.fault = () => null
  using file = await objects.localFile('a')
  assert.ok(file.path)
})

test('an answer that takes its time is awaited as long as it goes on', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open({ limits: IMPATIENT })
  await objects.put('a', content)
  fake.fault = request => (isGet(request) ? { drips: 5, pause: 80 } : null)
  assert.deepEqual(Buffer.from(await objects.get('a')), content)
})

test('a store that never recovers is given up in time', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open({ limits: SHORT })
  fake.fault = always({ status: 503, code: 'SlowDown' })
  const operations = [
    objects.get('a'),
    objects.stat('a'),
    objects.put('a', content),
    objects.putIfAbsent('a', content),
    objects.delete(['a', 'b']),
    objects.localFile('a'),
    list(objects),
  ]
  for (const operation of await Promise.allSettled(operations)) {
    assert.equal(operation.status, 'rejected')
    assert.equal(operation.reason.code, 'ENGINE_UNREACHABLE')
  }
})

test('closing ends what waits for an answer or a repetition', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open({ limits: { request: 60_000, total: 60_000, backoff: 60_000 } })
  fake.fault = ({ key }) => (key === 'silent' ? { silent: true } : { status: 503, code: 'SlowDown' })
  const waiting = Promise.allSettled([
    objects.get('silent'),
    objects.localFile('silent'),
    objects.put('a', content),
  ])
  await new Promise(resolve => setTimeout(resolve, 50))
  await objects[Symbol.asyncDispose]()
  for (const { status } of await waiting) assert.equal(status, 'rejected')
  await assert.rejects(objects.get('a'), { code: 'ENGINE_UNREACHABLE', message: /closed/ })
})

test('a list out of order or with a key twice is refused', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open()
  for (const key of ['a', 'b', 'c']) await objects.put(key, content)
  fake.order = (a, b) => (a < b ? 1 : -1)
  await assert.rejects(list(objects), { code: 'ENGINE_UNSUPPORTED', message: /order/ })
})

test('markers of folders are no objects', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open()
  await objects.put('a/b', content)
  for (const key of ['a/', 'c//d', '']) fake.objects.set(key, { body: Buffer.alloc(0), metadata: {} })
  assert.deepEqual(await list(objects), ['a/b'])
})

test('a file of several parts is whole, or not there', async t => {
  const { fake, open, cacheDirectory } = await createFakeBench(t)
  const objects = await open()
  const path = join(cacheDirectory, 'large')
  const large = Buffer.alloc(17 * 1024 ** 2, 'large ')
  await writeFile(path, large)
  const isPart = ({ query }: FakeRequest) => query.get('partNumber') === '2'
  const isLast = ({ method, query }: FakeRequest) => method === 'POST' && query.has('uploadId')
  // The last answer is lost, and the upload is over when it is asked for again.
  const [partIsLost, endIsLost] = [isPart, isLast].map(matches =>
    times(1, matches, { cut: true, afterEffect: true }),
  )
  fake.fault = request => partIsLost!(request) ?? endIsLost!(request)
  await objects.putFile('a', path)
  assert.ok(fake.objects.get('a')?.body.equals(large))
  fake.fault = request => (isPart(request) ? { status: 403, code: 'AccessDenied' } : null)
  await assert.rejects(objects.putFile('c', path), { code: 'ENGINE_ACCESS_DENIED' })
  assert.equal(fake.objects.has('c'), false)
  assert.ok(
    fake.requests.some(
      ({ method, key, query }) => method === 'DELETE' && key === 'c' && query.has('uploadId'),
    ),
  )
})

test('the region that a store asks for is named', async t => {
  const { fake, open } = await createFakeBench(t)
  fake.fault = always({
    status: 400,
    code: 'AuthorizationHeaderMalformed',
    extra: '<Region>eu-west-3</Region>',
  })
  await assert.rejects(open(), { code: 'ENGINE_UNSUPPORTED', message: /Set AWS_REGION to eu-west-3\./ })
})
