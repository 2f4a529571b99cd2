import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask } from '../support/ask.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createScratchDirectory, type ScratchDirectory } from '../support/scratch-directory.ts'
import { createSubscriber, type Message } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

interface Predictions {
  predictions: { id: string; cursor: string; score: number; eventId: string; event: { amount: number } }
}

interface Sessions {
  useCases: { id: string; session: { id: string; state: string; predictions: number; recoveries: number } }[]
}

const STREAM = `subscription ($resumeFrom: String, $where: EventFilter, $maxPerSecond: Int) {
  predictions(useCase: TFD, resumeFrom: $resumeFrom, where: $where, maxPerSecond: $maxPerSecond) { id cursor score eventId event { ... on TfdEvent { amount } } }
}`
const SESSIONS = '{ useCases { id session { id state predictions recoveries } } }'
const STOP_MS = 5000

/** In the order in which the tests stand: each goes on where the one before left the platform. */
describe('a client that comes back', () => {
  let directory: ScratchDirectory
  let platform: PlatformProcess
  /** What was seen last before the platform was stopped. */
  let left: { predictions: Seen[]; sessions: Sessions['useCases'] }
  const start = async () => {
    platform = await startPlatformProcess({ args: ['--data-dir', directory.path, '--rate', '100'] })
    await until('sessions have recovered', async () => (await fetch(`${platform.url}/readyz`)).ok)
  }
  const sessions = async () => (await ask<Sessions>(platform.url, SESSIONS)).useCases
  const progress = async () => (await sessions())[0]?.session.predictions as number
  const moved = (past: number) =>
    until(`more than ${past} predictions`, async () => (await progress()) > past)

  before(async () => {
    directory = await createScratchDirectory()
    await start()
  })
  after(async () => {
    await platform?.kill()
    await directory?.[Symbol.asyncDispose]()
  })

  test('gets by `resumeFrom` everything it missed, then what is new, nothing twice', async () => {
    const seen = await listen(platform.url, 20)
    await moved(last(seen) + 60)
    const more = await listen(platform.url, 120, { resumeFrom: seen.at(-1)?.cursor })
    assertConsecutive([...seen, ...more])
  })

  test('resumes at any message, not only at the last', async () => {
    const seen = await listen(platform.url, 30)
    for (const index of [0, 13]) {
      const again = await listen(platform.url, 10, { resumeFrom: seen[index]?.cursor })
      assert.deepEqual(again[0], seen[index + 1])
      assertConsecutive(again)
    }
  })

  test('resumes a filtered stream and misses no match', async () => {
    const where = { tfd: { amount: { lt: 60 } } }
    const [first] = await listen(platform.url, 1)
    const known = last([first as Seen])
    await moved(known + 100)
    const filtered = await listen(platform.url, 8, { where, resumeFrom: first?.cursor })
    const all = await listen(platform.url, last(filtered) - known, { resumeFrom: first?.cursor })
    assertConsecutive([first as Seen, ...all])
    assert.deepEqual(
      filtered,
      all.filter(({ event }) => event.amount < 60),
    )
  })

  test('with `maxPerSecond` is told how many of those it missed were left out', async () => {
    const [first] = await listen(platform.url, 1)
    await moved(last([first as Seen]) + 50)
    await using subscriber = createSubscriber(platform.url)
    const { take } = subscriber.subscribe<Predictions>(STREAM, { resumeFrom: first?.cursor, maxPerSecond: 5 })
    const messages = await take(3)
    let expected = last([first as Seen])
    for (const { data, extensions } of messages) {
      expected += 1 + (extensions?.dropped ?? 0)
      assert.equal(last([data?.predictions as Seen]), expected)
    }
    assert.ok(messages.some(({ extensions }) => Number(extensions?.dropped) > 10))
  })

  test('gets the predictions of both, where one session followed another', async () => {
    const before = await listen(platform.url, 5)
    await moved(last(before) + 10)
    await ask(platform.url, 'mutation { stopTraining(useCase: TFD) { __typename } }')
    const ended = await progress()
    await ask(platform.url, 'mutation { startTraining(input: { useCase: TFD }) { __typename } }')
    await moved(ended + 10)
    await using subscriber = createSubscriber(platform.url)
    const { until: untilMessages } = subscriber.subscribe<Predictions>(STREAM, {
      resumeFrom: before.at(-1)?.cursor,
    })
    // A session goes on counting where the one that it continues ended. Each is a partition, and those have no order.
    const wanted = Array.from({ length: ended + 10 - last(before) }, (_, index) => last(before) + 1 + index)
    const messages = await untilMessages('both sessions', found => {
      const sequences = new Set(found.map(message => last([seen(message)])))
      return wanted.every(sequence => sequences.has(sequence))
    })
    const ids = messages.map(message => seen(message).id)
    assert.equal(new Set(ids).size, ids.length)
    assert.equal(new Set(ids.map(sessionOf)).size, 2)
  })

  test('is refused with INVALID_CURSOR by a cursor that is damaged, of another stream or platform, or ahead', async () => {
    const [seen] = await listen(platform.url, 1)
    const cursor = seen?.cursor as string
    await using subscriber = createSubscriber(platform.url)
    const other = subscriber.subscribe<Predictions>('subscription { predictions(useCase: ETA) { cursor } }')
    const [message] = await other.take(1)
    const changed = (change: (parts: unknown[]) => unknown) =>
      Buffer.from(
        JSON.stringify(change(JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[])),
      ).toString('base64url')
    const wrong = {
      damaged: cursor.slice(0, -9),
      text: 'nonsense',
      empty: changed(() => []),
      'of another stream': message?.data?.predictions.cursor,
      'of another platform': changed(([, ...rest]) => ['00000000', ...rest]),
      ahead: changed(parts => parts.map(part => (typeof part === 'number' ? part + 1_000_000 : part))),
      'with an offset that is none': changed(parts => [...parts.slice(0, -1), -1]),
      'with an offset too few': changed(parts => parts.slice(0, -1)),
    }
    for (const [what, resumeFrom] of Object.entries(wrong)) {
      const refused = subscriber.subscribe<Predictions>(STREAM, { resumeFrom })
      const [error] = await until(`a refusal of a cursor ${what}`, () => {
        assert.deepEqual(
          refused.messages.filter(({ data }) => data),
          [],
          what,
        )
        return (refused.failure ?? refused.messages[0]?.errors) as { extensions: { code: string } }[] | null
      })
      assert.equal(error?.extensions.code, 'INVALID_CURSOR', what)
    }
  })

  test('with open subscriptions SIGTERM ends the process in order within 5 s, and streams are completed', async () => {
    const subscriber = createSubscriber(platform.url)
    const open = ['TFD', 'ETA', 'ECCI'].map(useCase =>
      subscriber.subscribe<Predictions>(`subscription { predictions(useCase: ${useCase}) { id } }`),
    )
    open.push(subscriber.subscribe('subscription { overview { at } }'))
    const events = await fetch(
      `${platform.url}/graphql?query=${encodeURIComponent('subscription { outcomes(useCase: TFD) { loss } }')}`,
      { headers: { accept: 'text/event-stream' } },
    )
    const body = events.text()
    for (const { take } of open) await take(1)
    left = { predictions: await listen(platform.url, 10), sessions: await sessions() }
    const began = performance.now()
    assert.equal(await platform.stop(), 0, platform.stderr())
    assert.ok(performance.now() - began < STOP_MS)
    assert.deepEqual(platform.events.at(-1)?.['event'], 'stopped')
    await until('every subscription ended', () =>
      open.every(({ completed, failure }) => completed || failure !== null),
    )
    assert.match(await body, /event: complete/)
    await subscriber[Symbol.asyncDispose]()
  })

  test('after an orderly restart finds its ids, its sessions and its place in the stream', async () => {
    await start()
    const found = await sessions()
    for (const [index, { id, session }] of found.entries()) {
      const was = left.sessions[index]?.session
      assert.deepEqual([session.id, session.recoveries, session.state], [was?.id, 0, 'RUNNING'], id)
      assert.ok(session.predictions >= Number(was?.predictions), id)
    }
    const { predictions } = left
    await assertSamePredictions(platform.url, predictions)
    assertConsecutive([
      ...predictions,
      ...(await listen(platform.url, 60, { resumeFrom: predictions.at(-1)?.cursor })),
    ])
  })

  test('after a SIGKILL finds them too, and the session says that it was recovered', async () => {
    const before = await listen(platform.url, 20)
    const [running] = await sessions()
    await platform.kill()
    await start()
    const [tfd] = await sessions()
    assert.deepEqual([tfd?.session.id, tfd?.session.recoveries], [running?.session.id, 1])
    await assertSamePredictions(platform.url, before)
    assertConsecutive([...before, ...(await listen(platform.url, 60, { resumeFrom: before.at(-1)?.cursor }))])
  })
})

type Seen = Predictions['predictions']

async function listen(url: string, count: number, variables: Record<string, unknown> = {}): Promise<Seen[]> {
  await using subscriber = createSubscriber(url)
  const messages = await subscriber.subscribe<Predictions>(STREAM, variables).take(count)
  return messages.map(seen)
}

function seen({ data, errors, extensions }: Message<Predictions>): Seen {
  assert.equal(errors, undefined)
  assert.equal(extensions?.gap, undefined)
  return (data as Predictions).predictions
}

async function assertSamePredictions(url: string, expected: readonly Seen[]): Promise<void> {
  for (const { cursor: _, ...wanted } of expected) {
    const { prediction } = await ask<{ prediction: Partial<Seen> | null }>(
      url,
      'query ($id: ID!) { prediction(id: $id) { id score eventId event { ... on TfdEvent { amount } } } }',
      { id: wanted.id },
    )
    assert.deepEqual(prediction, wanted)
  }
}

function assertConsecutive(predictions: readonly Seen[]): void {
  const sequences = predictions.map(prediction => last([prediction]))
  assert.deepEqual(
    sequences,
    sequences.map((_, index) => (sequences[0] as number) + index),
  )
}

function sessionOf(id: string): string {
  return Buffer.from(id, 'base64url').toString().split(' ')[1] as string
}

/** Ids are opaque to clients; a test may look inside to see that nothing is missing between two. */
function last(predictions: readonly Seen[]): number {
  return Number(
    Buffer.from(predictions.at(-1)?.id ?? '', 'base64url')
      .toString()
      .split(' ')[2],
  )
}
