import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'
import { ask } from '../support/ask.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createScratchDirectory, type ScratchDirectory } from '../support/scratch-directory.ts'
import { createSubscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

interface Signal {
  signal: string
  feature: string | null
  detector: string
  statistic: string
  value: number
  threshold: number
  before: number
  after: number
  category: string | null
  sequence: number
  session: { id: string }
}

const FIELDS =
  'signal feature detector statistic value threshold before after category sequence eventTime observationsSince psi ks session { id } useCase { id }'
const SUBSCRIBE = `subscription ($resumeFrom: String) { drift(useCase: TFD, resumeFrom: $resumeFrom) { ${FIELDS} } }`
const STEADY = 6000
const CHANGED = 3000

/** In the order in which the tests stand. Only this file adds events. */
describe('drift of a stream', () => {
  const events = generatedEvents(tfd, { count: STEADY + CHANGED, seed: 'drift', mode: 'parity' })
  let directory: ScratchDirectory
  let platform: PlatformProcess
  let told: Signal[] = []
  let cursor = ''

  const boot = async () => {
    platform = await startPlatformProcess({ args: ['--data-dir', directory.path, '--no-producers'] })
  }
  const send = async (given: JsonEvent[], total: number) => {
    await ask(
      platform.url,
      'mutation ($events: [JSON!]!) { ingest(useCase: TFD, events: $events) { accepted } }',
      {
        events: given,
      },
    )
    await until(`${total} predictions`, async () => {
      const { useCase } = await ask<{ useCase: { session: { predictions: number } } }>(
        platform.url,
        '{ useCase(id: TFD) { session { predictions } } }',
      )
      return useCase.session.predictions === total
    })
  }

  before(async () => {
    directory = await createScratchDirectory()
    await boot()
  })
  after(async () => {
    await platform?.stop()
    await directory?.[Symbol.asyncDispose]()
  })

  test('is not seen where there is none, and told as soon as it is noticed, with what changed', async () => {
    await using subscriber = createSubscriber(platform.url)
    const subscribed = subscriber.subscribe<{ drift: Signal }>(SUBSCRIBE)
    await new Promise(resolve => setTimeout(resolve, 300))
    for (let from = 0; from < STEADY; from += 3000) await send(events.slice(from, from + 3000), from + 3000)
    assert.deepEqual(subscribed.messages, [])
    const changed = events.slice(STEADY).map(event => ({ ...event, payment_method: 'crypto' }))
    await send(changed, STEADY + CHANGED)
    const messages = await subscribed.until('a signal', ({ length }) => length > 0)
    told = messages.map(({ data }) => data?.drift as Signal)
    cursor = String((messages[0]?.extensions as { cursor?: string } | undefined)?.cursor)
    const first = told.find(({ feature }) => feature === 'payment_method')
    assert.ok(first, JSON.stringify(told))
    assert.equal(first.signal, 'feature:payment_method')
    assert.ok(first.sequence > STEADY && first.sequence < STEADY + 500, `noticed at ${first.sequence}`)
    assert.ok(first.value >= first.threshold)
    assert.notEqual(first.before, first.after)
  })

  test('stands with the session, newest first, and once in the stream after its process was killed', async () => {
    const listed = async () => {
      const { useCase } = await ask<{ useCase: { session: { driftSignals: Signal[] } | null } }>(
        platform.url,
        `{ useCase(id: TFD) { session { driftSignals(first: 50) { ${FIELDS} } } } }`,
      )
      return useCase.session?.driftSignals ?? []
    }
    const before = await until('the signals of a checkpoint', async () => {
      const signals = await listed()
      return signals.length > 0 && signals
    })
    assert.ok(before.some(({ feature }) => feature === 'payment_method'))
    await platform.kill()
    await boot()
    await using subscriber = createSubscriber(platform.url)
    const subscribed = subscriber.subscribe<{ drift: Signal }>(SUBSCRIBE, { resumeFrom: cursor })
    await until('the session to go on', async () => (await listed()).length >= before.length)
    const after = await listed()
    assert.deepEqual(after.slice(-before.length), before)
    // Everything after the first message's record, each signal once.
    await new Promise(resolve => setTimeout(resolve, 500))
    const resumed = subscribed.messages.map(({ data }) => data?.drift.sequence)
    assert.deepEqual(
      resumed,
      [...new Set(resumed)].toSorted((a = 0, b = 0) => a - b),
    )
    assert.ok(resumed.every((sequence = 0) => sequence >= (told[0]?.sequence ?? 0)))
  })

  test('is refused for a cursor of another topic', async () => {
    await using subscriber = createSubscriber(platform.url)
    const subscribed = subscriber.subscribe(SUBSCRIBE, { resumeFrom: 'rubbish' })
    await until('the refusal', () => subscribed.failure !== null)
    assert.match(JSON.stringify(subscribed.failure), /INVALID_CURSOR/)
  })
})
