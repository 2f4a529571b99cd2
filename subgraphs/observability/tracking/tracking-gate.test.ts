import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PortError, type PortErrorCode } from '#ports/port-error.ts'
import type { Run, Tracking } from '#ports/tracking.ts'
import { createRunReader } from './run-reader.ts'
import { openTestGraph } from './test-graph.ts'
import { createTrackingGate } from './tracking-gate.ts'

const AWAY = new PortError(
  'ENGINE_UNREACHABLE',
  'No answer from 127.0.0.1:5000, which MLFLOW_TRACKING_URI names.',
)

/** An engine of one answer, which counts its questions. */
function bench(answer: () => Promise<Run | null>) {
  let asked = 0
  let time = 0
  const notices: string[] = []
  const tracking = {
    run() {
      asked++
      return answer()
    },
  } as Partial<Tracking> as Tracking
  const now = () => time
  const gate = createTrackingGate({
    tracking,
    deadlineMs: 10,
    restMs: 2000,
    now,
    notice: (level, message) => notices.push(`${level}: ${message}`),
  })
  return {
    gate,
    reader: createRunReader({ gate, now }),
    notices,
    asked: () => asked,
    pass: (ms: number) => (time += ms),
    run: () => gate.ask(tracking => tracking.run('1')),
  }
}

describe('an engine that is away', () => {
  it('fails the fields about runs with TRACKING_UNAVAILABLE; the rest is answered', async () => {
    let away = false
    await using graph = await openTestGraph(tracking => ({
      ...tracking,
      run: id => (away ? Promise.reject(AWAY) : tracking.run(id)),
      experiments: () => (away ? Promise.reject(AWAY) : tracking.experiments()),
      metricHistory: () => Promise.reject(AWAY),
    }))
    const { id } = await graph.run('TFD', { fbeta2: 1 })
    const partly = await graph.ask(`{ run(id: "${id}") { id series(name: "fbeta2") { total } } }`)
    assert.deepEqual(partly, {
      data: { run: { id, series: null } },
      errors: [{ path: 'run.series', code: 'TRACKING_UNAVAILABLE' }],
    })
    away = true
    const { data, errors } = await graph.ask(`{
      runs { edges { cursor } } run(id: "another") { id } experiments { id } bestRun(useCase: TFD) { id }
      services { name } consumerGroups { group }
      _entities(representations: [{ __typename: "UseCase", id: "TFD" }]) {
        ... on UseCase { lag { totalLag } runs { edges { cursor } } }
      }
    }`)
    assert.deepEqual(data, {
      runs: null,
      run: null,
      experiments: null,
      bestRun: null,
      services: [],
      consumerGroups: [],
      _entities: [{ lag: { totalLag: 0 }, runs: null }],
    })
    assert.deepEqual([...new Set(errors.map(({ code }) => code))], ['TRACKING_UNAVAILABLE'])
    assert.equal(graph.notices.length, 1)
  })

  it('is asked again after a rest only; its host and its return stand in the log', async () => {
    let away = true
    const { run, asked, pass, notices } = bench(() => (away ? Promise.reject(AWAY) : Promise.resolve(null)))
    const refused = { code: 'TRACKING_UNAVAILABLE' }
    for (let i = 0; i < 3; i++) await assert.rejects(run(), refused)
    assert.equal(asked(), 1)
    pass(2000)
    await assert.rejects(run(), error => {
      assert.ok(error instanceof Error && !error.message.includes('127.0.0.1'))
      return true
    })
    away = false
    pass(2000)
    assert.deepEqual([await run(), await run(), asked()], [null, null, 4])
    assert.deepEqual(notices, [
      `warn: Runs can't be told: ${AWAY.message}`,
      'info: The tracking engine answers again.',
    ])
  })

  it('costs no more than the deadline when it is silent', async () => {
    const { run, notices } = bench(() => new Promise(() => {}))
    await assert.rejects(run(), { code: 'TRACKING_UNAVAILABLE' })
    assert.deepEqual(notices, ["warn: Runs can't be told: the tracking engine did not answer within 10 ms."])
  })

  it('is told apart from one that was not configured, and from faults of the question', async () => {
    const none = createTrackingGate({ tracking: null })
    await assert.rejects(
      none.ask(tracking => tracking.experiments()),
      {
        code: 'TRACKING_UNAVAILABLE',
        message: 'This deployment has no tracking engine.',
      },
    )
    for (const [given, code] of [
      ['INVALID_ARGUMENT', 'BAD_USER_INPUT'],
      ['NOT_FOUND', 'NOT_FOUND'],
    ] as [PortErrorCode, string][]) {
      const { run, asked } = bench(() => Promise.reject(new PortError(given, 'No.')))
      await assert.rejects(run(), { code })
      await assert.rejects(run(), { code })
      assert.equal(asked(), 2)
    }
  })
})

describe('a run', () => {
  it('is asked for once a second, however many want it', async () => {
    const { reader, asked, pass } = bench(() => Promise.resolve(null))
    await Promise.all([reader.run('1'), reader.run('1'), reader.run('2')])
    await reader.run('1')
    assert.equal(asked(), 2)
    pass(1000)
    await reader.run('1')
    assert.equal(asked(), 3)
  })
})
