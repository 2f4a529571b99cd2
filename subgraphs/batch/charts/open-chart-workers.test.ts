import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openChartWorkers } from './open-chart-workers.ts'
import { filesOf, testRun } from './test-run.ts'
import { elementsOf } from './test-well-formed.ts'

/** A thread of this text instead of the one that computes charts. */
function entryOf(source: string): URL {
  return new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';${source}`)}`,
  )
}

const NO_FILES = () => Promise.resolve(new Map<string, Uint8Array>())
const some = { run: 'r', files: NO_FILES }

describe('chart workers', () => {
  test('compute charts of a run from its files, read once, and draw them', async () => {
    const run = await testRun('clustering', { rows: 200 })
    const files = filesOf(run)
    let reads = 0
    const about = {
      run: run.run,
      files: async () => {
        reads++
        return files
      },
    }
    await using workers = openChartWorkers()
    const chart = await workers.compute({ ...about, kind: 'SilhouetteVisualizer' })
    assert.equal(chart.data.__typename, 'SilhouetteData')
    assert.deepEqual(chart.sampled, { n: 200, of: 200, seed: 42 })
    assert.equal(elementsOf(await workers.svg({ spec: chart.vegaLite, theme: 'DARK' }))[0], 'svg')
    assert.equal(
      (await workers.clusterCounts(about)).reduce((sum, count) => sum + count, 0),
      200,
    )
    const profiles = await workers.clusterProfiles({ ...about, feature: 'currency', top: 2 })
    assert.deepEqual(
      profiles.map(({ values }) => values.length),
      [2, 2, 2],
    )
    assert.equal(reads, 1)
    await assert.rejects(workers.compute({ ...about, kind: 'ROCAUC' }), { code: 'CHART_NOT_APPLICABLE' })
    await assert.rejects(workers.compute({ ...about, kind: 'Nothing' }), { code: 'CHART_UNKNOWN' })
  })

  test('read a run again that they have dropped for others', async () => {
    const files = filesOf(await testRun('regression', { rows: 100, iterations: 3 }))
    const reads: string[] = []
    const about = (run: string) => ({
      run,
      kind: 'TrainingCurve',
      files: async () => {
        reads.push(run)
        return files
      },
    })
    await using workers = openChartWorkers()
    for (const run of ['a', 'b', 'c', 'd', 'a', 'd']) await workers.compute(about(run))
    assert.deepEqual(reads, ['a', 'b', 'c', 'd', 'a'])
  })

  test('refuse files of a run that are none of ours, and go on', async () => {
    const run = await testRun('regression', { rows: 100, iterations: 3 })
    const files = filesOf(run)
    const flipped = new Map([...files].map(([path, bytes]) => [path, Uint8Array.from(bytes)]))
    const model = flipped.get('model/model.bin') as Uint8Array
    model[100] = (model[100] ?? 0) ^ 1
    await using workers = openChartWorkers()
    const compute = (name: string, of: Map<string, Uint8Array>) =>
      workers.compute({ run: name, files: () => Promise.resolve(of), kind: 'TrainingCurve' })
    await assert.rejects(compute('flipped', flipped), { code: 'MODEL_CORRUPT' })
    await assert.rejects(compute('none', new Map()), { code: 'CHART_DATA_MISSING' })
    await assert.rejects(compute('text', new Map([...files, ['manifest.json', Uint8Array.of(1)]])), {
      code: 'MODEL_CORRUPT',
    })
    assert.equal((await compute('whole', files)).kind, 'TrainingCurve')
  })

  test('give up what takes too long, and start anew', async () => {
    const entry = entryOf('parentPort.on("message", ({ call }) => { if (call === "compute") for (;;); });')
    await using workers = openChartWorkers({ entry, timeLimitMs: 150 })
    const message = 'The compute took longer than 0.15 s: ask for a smaller sample.'
    for (let i = 0; i < 2; i++) {
      await assert.rejects(workers.compute({ ...some, kind: 'ROCAUC' }), { code: 'CHART_TIMEOUT', message })
    }
  })

  test('that crash fail what they worked on, and another works on what waits', async () => {
    const entry = entryOf(
      'parentPort.on("message", ({ id, body }) => { if (body.kind === "Bad") throw new Error("no"); parentPort.postMessage({ id, body }) });',
    )
    await using workers = openChartWorkers({ entry })
    const [bad, good] = await Promise.allSettled([
      workers.compute({ ...some, kind: 'Bad' }),
      workers.compute({ ...some, kind: 'Good' }),
    ])
    assert.equal(bad.status, 'rejected')
    assert.equal(bad.status === 'rejected' && bad.reason.code, 'CHART_WORKER_LOST')
    assert.equal(good.status, 'fulfilled')
  })

  test('let a limited number wait', async () => {
    const entry = entryOf('parentPort.on("message", () => {});')
    const workers = openChartWorkers({ entry, queue: 2 })
    const asked = Promise.allSettled([1, 2, 3].map(() => workers.compute({ ...some, kind: 'ROCAUC' })))
    await assert.rejects(workers.compute({ ...some, kind: 'ROCAUC' }), { code: 'CHART_QUEUE_FULL' })
    await workers[Symbol.asyncDispose]()
    const codes = (await asked).map(result => result.status === 'rejected' && result.reason.code)
    assert.deepEqual(codes, ['CHART_WORKER_LOST', 'CHART_WORKER_LOST', 'CHART_WORKER_LOST'])
    await assert.rejects(workers.clusterCounts(some), { code: 'CHART_WORKER_LOST' })
  })

  test('leave out what was given up before its turn', async () => {
    const entry = entryOf(
      'const asked = []; parentPort.on("message", ({ id, body }) => { asked.push(body.kind); setTimeout(() => parentPort.postMessage({ id, body: [...asked] }), 20) });',
    )
    await using workers = openChartWorkers({ entry })
    const { signal, abort } = abortable()
    const first = workers.compute({ ...some, kind: 'a' })
    const left = workers.compute({ ...some, kind: 'b', signal })
    const last = workers.compute({ ...some, kind: 'c' })
    abort(new Error('left'))
    await assert.rejects(left, { message: 'left' })
    await first
    assert.deepEqual(await last, ['a', 'c'])
    await assert.rejects(workers.compute({ ...some, kind: 'd', signal }), { message: 'left' })
  })

  test('end when there is nothing to do, and start again when there is', async () => {
    const entry = entryOf(
      'let asked = 0; parentPort.on("message", ({ id }) => parentPort.postMessage({ id, body: ++asked }));',
    )
    await using workers = openChartWorkers({ entry, idleMs: 30 })
    const ask = () => workers.clusterCounts(some) as Promise<unknown>
    assert.deepEqual([await ask(), await ask()], [1, 2])
    await new Promise(resolve => setTimeout(resolve, 200))
    assert.equal(await ask(), 1)
  })
})

function abortable(): { signal: AbortSignal; abort: (reason: Error) => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: reason => controller.abort(reason) }
}
