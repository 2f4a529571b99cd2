import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import {
  PRODUCER_ANSWERS,
  PRODUCER_REQUESTS,
  type ProducerAnswer,
  type ProducerRequest,
} from '#use-cases/producer-protocol.ts'
import { answerRequests } from './answer-requests.ts'
import type { HostedProducer, ProducerHost } from './producer-host.ts'

const NOW = 1_000_000
const HOSTED: HostedProducer = {
  useCase: 'TFD',
  running: true,
  mode: 'parity',
  rate: 5,
  seed: 's',
  sent: 3,
  errors: 0,
  drift: [],
}

/** A host that writes down what is asked of it, on a control in memory. */
async function setUp({ change }: { change?: ProducerHost['change'] } = {}) {
  const control = await openControl(createMemoryEventLog())
  const asked: unknown[] = []
  const host: Pick<ProducerHost, 'change' | 'drift'> = {
    change: async (useCase, wanted) => {
      asked.push([useCase, wanted])
      return (await change?.(useCase, wanted)) ?? { ...HOSTED, ...wanted }
    },
    drift: async (useCase, { kind }) => {
      asked.push([useCase, kind])
      return { ...HOSTED, drift: [{ kind, at: NOW, factor: null }] }
    },
  }
  const serve = () =>
    answerRequests({ control, host, onChanged: () => {}, onError: assert.fail, now: () => NOW })
  const request = (id: string, action: ProducerRequest['action'], { at = NOW, from = 'one' } = {}) =>
    control.put(`${PRODUCER_REQUESTS}${from}/TFD`, {
      v: 1,
      id,
      useCase: 'TFD',
      at,
      action,
    } satisfies ProducerRequest)
  const answered = (from = 'one') => control.get<ProducerAnswer>(`${PRODUCER_ANSWERS}${from}/TFD`)
  const until = async (id: string, from = 'one') => {
    while (answered(from)?.id !== id) await new Promise(resolve => setTimeout(resolve, 1))
    return answered(from)?.result
  }
  return { control, asked, serve, request, until, answered }
}

test('a request is applied and answered with the status after it', async () => {
  const { asked, serve, request, until } = await setUp()
  await using _ = serve()
  await request('a', { change: { rate: 9 } })
  assert.deepEqual(await until('a'), { status: { ...HOSTED, rate: 9 } })
  await request('b', { drift: { kind: 'ABRUPT', widthSeconds: 1, periodSeconds: 1, factor: 1 } })
  await until('b')
  assert.deepEqual(asked, [
    ['TFD', { rate: 9 }],
    ['TFD', 'ABRUPT'],
  ])
})

test('requests of several processes are applied one after the other', async () => {
  let under = 0
  const { serve, request, until } = await setUp({
    async change(_useCase, wanted) {
      assert.equal(under++, 0)
      await new Promise(resolve => setTimeout(resolve, 2))
      under--
      return { ...HOSTED, ...wanted }
    },
  })
  await using _ = serve()
  const processes = ['one', 'two', 'three']
  await Promise.all(processes.map((from, i) => request(from, { change: { rate: i + 1 } }, { from })))
  const results = await Promise.all(processes.map(from => until(from, from)))
  assert.deepEqual(
    results.map(result => (result && 'status' in result ? result.status.rate : null)),
    [1, 2, 3],
  )
})

test('what fails is answered with its code', async () => {
  const { serve, request, until } = await setUp({
    change: () => Promise.reject(Object.assign(new Error('No.'), { code: 'INVALID_SETTING' })),
  })
  await using _ = serve()
  await request('a', { change: { seed: '' } })
  assert.deepEqual(await until('a'), { problem: { code: 'INVALID_SETTING', message: 'No.' } })
})

test('who takes over answers what was just asked, once, and clears away what nobody waits for', async () => {
  const { control, asked, serve, request, until, answered } = await setUp()
  await request('old', { change: { rate: 1 } }, { at: NOW - 60_000, from: 'gone' })
  await request('new', { change: { rate: 2 } }, { at: NOW - 100 })
  {
    await using _ = serve()
    await until('new')
  }
  assert.deepEqual(asked, [['TFD', { rate: 2 }]])
  assert.equal(control.get(`${PRODUCER_REQUESTS}gone/TFD`), undefined)
  {
    await using _ = serve()
  }
  assert.equal(asked.length, 1)
  assert.equal(answered()?.id, 'new')
})

test('after its end nothing more is applied', async () => {
  const { asked, serve, request } = await setUp()
  await serve()[Symbol.asyncDispose]()
  await request('a', { change: { rate: 9 } })
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(asked, [])
})
