import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { tfd } from '#use-cases/tfd.ts'
import { ask } from '../support/ask.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createScratchDirectory, type ScratchDirectory } from '../support/scratch-directory.ts'
import { createSubscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

interface Session {
  __typename: string
  code?: string
  message?: string
  id: string
  state: string
  endedAt: string | null
  predictions: number
  labels: number
  recoveries: number
  metrics: { name: string; value: number | null; n: number }[]
  checkpoint: { sequence: number; hash: string; sizeBytes: number } | null
}

const FIELDS =
  'id state endedAt predictions labels recoveries metrics { name value n } checkpoint { sequence at hash sizeBytes }'
const PAYLOAD = `__typename ... on TrainingSession { ${FIELDS} } ... on Problem { code message } ... on SessionConflict { session { id state } }`
const BATCH = 60

/** In the order in which the tests stand: each goes on where the one before left the session. Only this file adds events. */
describe('a training session', () => {
  const events = generatedEvents(tfd, { count: 10 * BATCH, seed: 'lifecycle', mode: 'parity' })
  let directory: ScratchDirectory
  let platform: PlatformProcess
  let sent = 0

  const start = async () => {
    platform = await startPlatformProcess({ args: ['--data-dir', directory.path, '--no-producers'] })
  }
  const send = async () => {
    const { ingest } = await ask<{ ingest: { accepted: number } }>(
      platform.url,
      'mutation ($events: [JSON!]!) { ingest(useCase: TFD, events: $events) { accepted } }',
      { events: events.slice(sent, sent + BATCH) },
    )
    assert.equal(ingest.accepted, BATCH)
    sent += BATCH
  }
  const training = async (verb: 'pause' | 'resume' | 'stop') => {
    const data = await ask<Record<string, Session>>(
      platform.url,
      `mutation { ${verb}Training(useCase: TFD) { ${PAYLOAD} } }`,
    )
    return data[`${verb}Training`] as Session
  }
  const begin = async (from?: string) => {
    const input = `{ useCase: TFD${from ? `, from: ${from}` : ''} }`
    const data = await ask<{ startTraining: Session }>(
      platform.url,
      `mutation { startTraining(input: ${input}) { ${PAYLOAD} } }`,
    )
    return data.startTraining
  }
  const current = async () => {
    const { useCase } = await ask<{ useCase: { session: Session; lag: { totalLag: number } } }>(
      platform.url,
      `{ useCase(id: TFD) { session { ${FIELDS} } lag { totalLag } } }`,
    )
    return { ...useCase.session, lag: useCase.lag.totalLag }
  }
  const reaches = (predictions: number) =>
    until(`${predictions} predictions`, async () => {
      const session = await current()
      return (
        session.state === 'RUNNING' && session.predictions === predictions && session.lag === 0 && session
      )
    })

  before(async () => {
    directory = await createScratchDirectory()
    await start()
  })
  after(async () => {
    await platform?.kill()
    await directory?.[Symbol.asyncDispose]()
  })

  test('paused reads nothing while its lag grows, resumed catches up', async () => {
    await send()
    await reaches(sent)
    assert.deepEqual(await training('pause').then(({ state }) => state), 'PAUSED')
    await send()
    const paused = await current()
    assert.deepEqual([paused.state, paused.predictions, paused.lag], ['PAUSED', sent - BATCH, BATCH])
    const { services } = await ask<{ services: { name: string; state: string; message: string }[] }>(
      platform.url,
      '{ services { name state message } }',
    )
    const learner = services.find(({ name }) => name === 'learner/TFD')
    assert.deepEqual(learner, { name: 'learner/TFD', state: 'DEGRADED', message: 'PAUSED' })
    assert.deepEqual(await training('resume').then(({ state }) => state), 'RUNNING')
    await reaches(sent)
  })

  test('told twice to do the same answers SESSION_CONFLICT with the state that it is in', async () => {
    const resumed = await training('resume')
    assert.deepEqual([resumed.__typename, resumed.code], ['SessionConflict', 'SESSION_CONFLICT'])
    assert.match(resumed.message ?? '', /The session of TFD is RUNNING, PAUSED is wanted\./)
    assert.equal((await begin()).code, 'SESSION_CONFLICT')
    await training('pause')
    assert.equal((await training('pause')).code, 'SESSION_CONFLICT')
    await training('resume')
  })

  test('paused stays paused across a restart, with its figures', async () => {
    await training('pause')
    const { lag: _, checkpoint: __, ...before } = await current()
    assert.equal(await platform.stop(), 0)
    await start()
    const {
      lag: _lag,
      checkpoint,
      ...after
    } = await until('the session is back', async () => {
      const session = await current()
      return session.state !== 'STARTING' && session
    })
    assert.deepEqual(after, before)
    assert.equal(checkpoint?.sequence, after.predictions)
    assert.match(checkpoint?.hash ?? '', /^[0-9a-f]{64}$/)
  })

  test('paused stays paused when the process is killed, even while it starts', async () => {
    await platform.kill()
    await start()
    await platform.kill()
    await start()
    const { recoveries } = await until('the session is back', async () => {
      const session = await current()
      return session.state === 'PAUSED' && session
    })
    assert.equal(recoveries, 2)
    await training('resume')
    await reaches(sent)
  })

  test('goes through STOPPING to FINISHED with a last checkpoint, and a new one goes on from there', async () => {
    await using subscriber = createSubscriber(platform.url)
    const { messages, take, leave } = subscriber.subscribe<{
      trainingSession: { id: string; state: string }
    }>('subscription { trainingSession(useCase: TFD) { id state } }')
    await take(1)
    const stopped = await training('stop')
    assert.equal(stopped.state, 'FINISHED')
    assert.deepEqual([stopped.predictions, stopped.checkpoint?.sequence], [sent, sent])
    assert.ok(stopped.endedAt)
    for (const verb of ['stop', 'pause', 'resume'] as const) {
      assert.equal((await training(verb)).code, 'SESSION_CONFLICT', verb)
    }
    await send()
    const next = await begin()
    assert.notEqual(next.id, stopped.id)
    const running = await reaches(sent)
    assert.deepEqual([running.id, running.labels, running.recoveries], [next.id, sent, 0])
    const states = await until('every state', () => {
      const seen = messages.map(({ data }) => data?.trainingSession)
      const runs = seen.filter(({ id, state } = { id: '', state: '' }, index) => {
        const before = seen[index - 1]
        return id !== before?.id || state !== before.state
      })
      return runs.at(-1)?.id === next.id && runs.at(-1)?.state === 'RUNNING' && runs
    })
    leave()
    assert.deepEqual(
      states.map(session => [session?.id === next.id, session?.state]),
      [
        [false, 'RUNNING'],
        [false, 'STOPPING'],
        [false, 'FINISHED'],
        [true, 'STARTING'],
        [true, 'RUNNING'],
      ],
    )
  })

  test('that starts from the latest has seen nothing, one from the earliest sees everything again', async () => {
    await training('stop')
    const latest = await begin('LATEST')
    assert.deepEqual([latest.predictions, latest.labels], [0, 0])
    await until('RUNNING', async () => (await current()).state === 'RUNNING')
    await send()
    const { metrics: young } = await reaches(BATCH)
    assert.ok(young.every(({ n }) => n <= BATCH))
    await training('stop')
    await begin('EARLIEST')
    const { labels } = await reaches(sent)
    assert.equal(labels, sent)
  })

  test('is started once, however many ask for it at once', async () => {
    await training('stop')
    const answers = await Promise.all(Array.from({ length: 5 }, () => begin()))
    assert.equal(answers.filter(({ __typename }) => __typename === 'TrainingSession').length, 1)
    assert.equal(answers.filter(({ code }) => code === 'SESSION_CONFLICT').length, 4)
    await reaches(sent)
  })

  test('of the past keeps its figures and its predictions, also after a restart', async () => {
    interface Sessions {
      useCase: {
        sessions: {
          edges: { cursor: string; node: Session }[]
          pageInfo: { hasNextPage: boolean; endCursor: string }
        }
      }
    }
    const list = async (after: string | null) => {
      const { useCase } = await ask<Sessions>(
        platform.url,
        `query ($after: String) { useCase(id: TFD) { sessions(first: 2, after: $after) { edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } } }`,
        { after },
      )
      return useCase.sessions
    }
    const all = async () => {
      const found: Session[] = []
      for (let after: string | null = null; ; ) {
        const { edges, pageInfo } = await list(after)
        found.push(...edges.map(({ node }) => node))
        if (!pageInfo.hasNextPage) return found
        after = pageInfo.endCursor
      }
    }
    const first = (await all()).at(-1) as Session
    const predictionOf = async ({ id }: Session, sequence: number) => {
      const encoded = Buffer.from(`TFD ${id} ${sequence}`).toString('base64url')
      return ask<{ prediction: { score: number; eventId: string; session: { id: string } } | null }>(
        platform.url,
        'query ($id: ID!) { prediction(id: $id) { score label eventId modelVersion session { id state } } }',
        { id: encoded },
      )
    }
    const old = await predictionOf(first, 7)
    assert.equal(old.prediction?.session.id, first.id)
    await training('stop')
    const before = await all()
    assert.equal(before.length, 5)
    assert.ok(before.every(({ state, predictions }) => state === 'FINISHED' && predictions > 0))
    assert.equal(await platform.stop(), 0)
    await start()
    assert.deepEqual(await all(), before)
    assert.deepEqual(await predictionOf(first, 7), old)
    assert.equal((await predictionOf(first, 1_000_000)).prediction, null)
    assert.equal((await current()).state, 'FINISHED')
    // What a person stopped is no reason to be unready.
    await until('ready', async () => (await fetch(`${platform.url}/readyz`)).ok)
  })
})
