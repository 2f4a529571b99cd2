import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask } from '../support/ask.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createScratchDirectory, type ScratchDirectory } from '../support/scratch-directory.ts'
import { createSubscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

interface Producer {
  __typename: string
  code?: string
  path?: string
  message?: string
  running: boolean
  mode: string
  rate: number | null
  seed: string
  sent: number
  errors: number
  drift: { kind: string; at: string; factor: number | null }[]
}

const FIELDS = 'running mode rate seed sent errors drift { kind at factor }'
const PAYLOAD = `__typename ... on Producer { ${FIELDS} } ... on Problem { code message } ... on InvalidInput { path }`

/** In the order in which the tests stand: each goes on where the one before left the generators. */
describe('generators of events', () => {
  let directory: ScratchDirectory
  let platform: PlatformProcess
  const start = async (...args: string[]) => {
    platform = await startPlatformProcess({ args: ['--data-dir', directory.path, ...args] })
  }
  const set = async (input: Record<string, unknown>) => {
    const { setProducer } = await ask<{ setProducer: Producer }>(
      platform.url,
      `mutation ($input: SetProducerInput!) { setProducer(input: $input) { ${PAYLOAD} } }`,
      { input: { useCase: 'TFD', ...input } },
    )
    return setProducer
  }
  const drift = async (input: Record<string, unknown>) => {
    const { injectDrift } = await ask<{ injectDrift: Producer }>(
      platform.url,
      `mutation ($input: InjectDriftInput!) { injectDrift(input: $input) { ${PAYLOAD} } }`,
      { input: { useCase: 'ETA', ...input } },
    )
    return injectDrift
  }
  const producers = async () => {
    const { useCases } = await ask<{ useCases: { producer: Producer | null }[] }>(
      platform.url,
      `{ useCases { producer { ${FIELDS} useCase { id } } } }`,
    )
    return useCases.map(({ producer }) => producer)
  }
  const sent = async () => (await producers())[0]?.sent as number

  before(async () => {
    directory = await createScratchDirectory()
    await start('--rate', '20', '--seed', 'seven')
  })
  after(async () => {
    await platform?.kill()
    await directory?.[Symbol.asyncDispose]()
  })

  test('tell what they do', async () => {
    await until('events', async () => (await sent()) > 0)
    for (const producer of await producers()) {
      const { running, mode, rate, seed, errors, drift } = producer as Producer
      assert.deepEqual(
        { running, mode, rate, seed, errors, drift },
        { running: true, mode: 'REALISTIC', rate: 20, seed: 'seven', errors: 0, drift: [] },
      )
    }
  })

  test('pause and go on', async () => {
    assert.equal((await set({ running: false })).running, false)
    // What is under way when the pause comes still counts.
    const paused = await until('no more events', async () => {
      const before = await sent()
      await new Promise(resolve => setTimeout(resolve, 150))
      return (await sent()) === before && before
    })
    assert.equal(await sent(), paused)
    assert.equal((await set({ running: true })).running, true)
    await until('events again', async () => (await sent()) > paused)
  })

  test('change their rate and their mode while they run', async () => {
    const began = performance.now()
    const before = await sent()
    assert.equal((await set({ rate: 400 })).rate, 400)
    const after = await until('a hundred events', async () => {
      const count = await sent()
      return count > before + 100 && count
    })
    // Far more than 20 a second.
    assert.ok((after - before) / ((performance.now() - began) / 1000) > 30)
    await set({ rate: 50 })
    assert.equal((await set({ mode: 'PARITY', seed: 'eight' })).seed, 'eight')
    await using subscriber = createSubscriber(platform.url)
    const { until: untilMessages } = subscriber.subscribe<{
      predictions: { event: { isFraud: number | null } }
    }>('subscription { predictions(useCase: TFD) { event { ... on TfdEvent { isFraud } } } }')
    // In parity mode the label stands inside the event.
    await untilMessages('labels inside', messages =>
      messages.some(({ data }) => data?.predictions.event.isFraud !== null),
    )
  })

  for (const [kind, input, factor] of [
    ['ABRUPT', {}, null],
    ['GRADUAL', { kind: 'GRADUAL', widthSeconds: 5 }, null],
    ['SEASONAL', { kind: 'SEASONAL', periodSeconds: 5 }, null],
    ['BURST', { kind: 'BURST', widthSeconds: 2, factor: 3 }, 3],
  ] as const) {
    test(`take a drift that is ${kind} and go on`, async () => {
      const drifted = await drift(input)
      assert.equal(drifted.__typename, 'Producer')
      assert.deepEqual(
        [drifted.drift.at(-1)?.kind, drifted.drift.at(-1)?.factor],
        [kind, factor],
        JSON.stringify(drifted),
      )
      await until('events', async () => Number((await producers())[1]?.sent) > drifted.sent)
    })
  }

  test('refuse what makes no sense, naming the input', async () => {
    for (const rate of [0, -1, 100_001]) {
      const { __typename, code, path } = await set({ rate })
      assert.deepEqual([__typename, code, path], ['InvalidInput', 'BAD_USER_INPUT', 'input.rate'])
    }
    for (const name of ['widthSeconds', 'periodSeconds', 'factor']) {
      const { __typename, path, message } = await drift({ [name]: 0 })
      assert.deepEqual([__typename, path], ['InvalidInput', `input.${name}`])
      assert.match(message ?? '', /0 given, more than 0/)
    }
  })

  test('remember after a restart what they were set to; a flag wins; ids are new', async () => {
    await set({ running: false })
    const { id } = (
      await ask<{ useCase: { session: { id: string } } }>(
        platform.url,
        '{ useCase(id: ETA) { session { id } } }',
      )
    ).useCase.session
    assert.equal(await platform.stop(), 0)
    await start('--rate', '30')
    const [tfd, eta] = await producers()
    assert.deepEqual([tfd?.running, tfd?.mode, tfd?.seed, tfd?.rate], [false, 'PARITY', 'eight', 30])
    assert.deepEqual([eta?.running, eta?.mode], [true, 'REALISTIC'])
    await until('new predictions, none about an event seen before', async () => {
      const { useCase } = await ask<{
        useCase: { session: { id: string; state: string; duplicates: number }; producer: { sent: number } }
      }>(platform.url, '{ useCase(id: ETA) { session { id state duplicates } producer { sent } } }')
      assert.deepEqual([useCase.session.id, useCase.session.duplicates], [id, 0])
      return useCase.producer.sent > 20 && useCase.session.state === 'RUNNING'
    })
  })

  test('are absent where none run, and say so', async () => {
    assert.equal(await platform.stop(), 0)
    await start('--no-producers')
    assert.deepEqual(await producers(), [null, null, null])
    const { __typename, code } = await set({ rate: 5 })
    assert.deepEqual([__typename, code], ['NotFound', 'PRODUCER_NOT_FOUND'])
    assert.equal((await drift({})).code, 'PRODUCER_NOT_FOUND')
  })
})
