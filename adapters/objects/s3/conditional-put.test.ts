import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Fault } from './fake-s3.ts'
import { createFakeBench, IMPATIENT, isPut, SHORT, times } from './testing.ts'

const content = Buffer.from('ours')
const unsupported = { code: 'ENGINE_UNSUPPORTED', message: /If-None-Match/ }

test('a store that overwrites in spite of If-None-Match is refused, and keeps no probe', async t => {
  const { fake, open } = await createFakeBench(t)
  fake.conditions = 'ignored'
  await assert.rejects(open(), unsupported)
  assert.deepEqual([...fake.objects.keys()], [])
  fake.conditions = 'kept'
  await open()
  assert.deepEqual([...fake.objects.keys()], [])
})

test('a store that looks first and writes later is refused', async t => {
  const { fake, open } = await createFakeBench(t)
  fake.conditions = 'late'
  await assert.rejects(open(), unsupported)
})

test('a store that refuses every conditional write is refused', async t => {
  const { fake, open } = await createFakeBench(t)
  fake.fault = request => (isPut(request) ? { status: 412, code: 'PreconditionFailed' } : null)
  await assert.rejects(open(), unsupported)
  fake.fault = request => (isPut(request) ? { status: 501, code: 'NotImplemented' } : null)
  await assert.rejects(open(), { code: 'ENGINE_UNSUPPORTED', message: /NotImplemented/ })
})

test('a store that says yes and stores nothing is refused', async t => {
  const { fake, open } = await createFakeBench(t)
  let isFirst = true
  fake.fault = request => {
    if (!isPut(request)) return null
    const answer: Fault = isFirst ? { status: 200 } : { status: 412, code: 'PreconditionFailed' }
    isFirst = false
    return answer
  }
  await assert.rejects(open(), unsupported)
})

describe('a conditional write', { concurrency: true }, () => {
  for (const [title, fault] of [
    ['an error after it took effect', { status: 500, code: 'InternalError', afterEffect: true }],
    ['a gateway error after it took effect', { status: 502, afterEffect: true }],
    ['a connection cut after it took effect', { cut: true, afterEffect: true }],
    ['silence after it took effect', { silent: true, afterEffect: true }],
    ['an error before it took effect', { status: 503, code: 'SlowDown' }],
    ['a conflict of writers', { status: 409, code: 'ConditionalRequestConflict' }],
    ['a connection cut before it took effect', { cut: true }],
  ] satisfies [string, Fault][]) {
    test(`answered with ${title} is still known as ours`, async t => {
      const { fake, open } = await createFakeBench(t)
      const objects = await open('silent' in fault ? { limits: IMPATIENT } : {})
      for (const count of [1, 3]) {
        fake.fault = times(count, isPut, fault)
        assert.equal(await objects.putIfAbsent(`log/${count}`, content), true)
        assert.equal(await objects.putIfAbsent(`log/${count}`, content), false)
        assert.equal(fake.objects.get(`log/${count}`)?.body.toString(), 'ours')
      }
    })
  }
})

test('a refusal repeated by the network on our first request is known as ours', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open()
  fake.fault = times(1, isPut, { status: 412, code: 'PreconditionFailed', afterEffect: true })
  assert.equal(await objects.putIfAbsent('log/0', content), true)
})

test('the same content by somebody else is not ours, even if our answer was lost', async t => {
  const { fake, open } = await createFakeBench(t)
  const [one, other] = [await open(), await open()]
  assert.equal(await other.putIfAbsent('log/0', content), true)
  fake.fault = times(2, isPut, { cut: true })
  assert.equal(await one.putIfAbsent('log/0', content), false)
})

test('a store that keeps no metadata has its content compared', async t => {
  const { fake, open } = await createFakeBench(t)
  fake.keepsMetadata = false
  const objects = await open()
  fake.fault = times(1, isPut, { status: 500, code: 'InternalError', afterEffect: true })
  assert.equal(await objects.putIfAbsent('log/0', content), true)
  assert.equal(await objects.putIfAbsent('log/0', Buffer.from('them')), false)
  assert.equal(await objects.putIfAbsent('log/0', Buffer.from('longer')), false)
})

test('an object deleted between refusal and look is created by the next try', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open()
  await objects.put('log/0', Buffer.from('them'))
  fake.fault = request => {
    if (request.method === 'HEAD') fake.objects.delete('log/0')
    return null
  }
  assert.equal(await objects.putIfAbsent('log/0', content), true)
})

test('a write that nobody ever answers is told as neither done nor refused', async t => {
  const { fake, open } = await createFakeBench(t)
  const objects = await open({ limits: SHORT })
  fake.fault = () => ({ cut: true, afterEffect: true })
  await assert.rejects(objects.putIfAbsent('log/1', content), { code: 'ENGINE_UNREACHABLE' })
})
