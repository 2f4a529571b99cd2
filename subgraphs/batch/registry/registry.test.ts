import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Champion } from './champion.ts'
import { type NewTestRun, openBench } from './test-registry.ts'

const reason = 'It catches more.'

describe('the champion', () => {
  it('is the run that was promoted, for good, with who did it when and why', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    assert.equal(registry.champion('TFD'), null)
    assert.deepEqual(registry.history('TFD'), [])
    const [first, second] = [await bench.run(), await bench.run({ metrics: { fbeta2: 0.9 } })]
    await registry.promote({ run: first, reason })
    const champion = await registry.promote({ run: second, useCase: 'TFD', reason: ' Better. ', by: 'ada' })
    assert.deepEqual([champion.useCase, champion.run], ['TFD', second])
    const later = await bench.open('two')
    assert.deepEqual(later.champion('TFD'), champion)
    assert.equal(later.champion('ETA'), null)
    assert.deepEqual(
      later.history('TFD').map(({ at, ...promotion }) => (at > 0 ? promotion : null)),
      [
        { kind: 'PROMOTION', from: first, to: second, reason: 'Better.', by: 'ada' },
        { kind: 'PROMOTION', from: null, to: first, reason, by: null },
      ],
    )
    const [last, before] = later.history('TFD')
    assert.ok(last && before && last.at > before.at && last.at === champion.since)
  })

  it('stays the same, and its history too, when it is promoted again', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    const run = await bench.run()
    const champion = await registry.promote({ run, reason })
    assert.deepEqual(await registry.promote({ run, reason: 'Once more.' }), champion)
    assert.equal(registry.history('TFD').length, 1)
  })

  it('is heard of by every process, once for each change', async () => {
    await using bench = await openBench()
    const [one, two] = [await bench.open('one'), await bench.open('two')]
    const heard: Champion[] = []
    using _ = two.onChange(champion => heard.push(champion))
    const first = await one.promote({ run: await bench.run(), reason })
    const second = await one.promote({ run: await bench.run(), reason })
    await two.control.settle()
    assert.deepEqual(heard, [first, second])
  })

  it('goes back one promotion with each rollback, and not further than the first', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    const runs = [await bench.run(), await bench.run(), await bench.run()]
    for (const run of runs) await registry.promote({ run, reason })
    assert.equal((await registry.rollback({ useCase: 'TFD', reason: 'Too slow.', by: 'bob' })).run, runs[1])
    assert.equal((await registry.rollback({ useCase: 'TFD', reason: 'Too slow.' })).run, runs[0])
    await assert.rejects(registry.rollback({ useCase: 'TFD', reason }), { code: 'EARLIER_CHAMPION_MISSING' })
    await assert.rejects(registry.rollback({ useCase: 'ETA', reason }), { code: 'EARLIER_CHAMPION_MISSING' })
    assert.deepEqual(
      registry.history('TFD').map(({ kind, from, to, by }) => [kind, from, to, by]),
      [
        ['ROLLBACK', runs[1], runs[0], null],
        ['ROLLBACK', runs[2], runs[1], 'bob'],
        ['PROMOTION', runs[1], runs[2], null],
        ['PROMOTION', runs[0], runs[1], null],
        ['PROMOTION', null, runs[0], null],
      ],
    )
  })

  it('is not rolled back to a model that was damaged meanwhile', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    const [first, second] = [await bench.run(), await bench.run()]
    await registry.promote({ run: first, reason })
    await registry.promote({ run: second, reason })
    await bench.tracking.artifacts.write(first, 'model/model.bin', Buffer.from('other bytes'))
    await assert.rejects(registry.rollback({ useCase: 'TFD', reason }), { code: 'MODEL_CORRUPT' })
    assert.equal(registry.champion('TFD')?.run, second)
  })

  it('is one, and its history whole, when processes promote at the same time', async () => {
    await using bench = await openBench()
    const members = [await bench.open('one'), await bench.open('two')]
    const runs = await Promise.all([bench.run(), bench.run(), bench.run(), bench.run()])
    await Promise.all(runs.map((run, index) => members[index % 2]?.promote({ run, reason })))
    const [history, others] = await Promise.all(
      members.map(async ({ control, history: of }) => {
        await control.settle()
        return of('TFD')
      }),
    )
    assert.deepEqual(history, others)
    assert.deepEqual(new Set(history?.map(({ to }) => to)), new Set(runs))
    const chain = history?.map(({ from }) => from).slice(0, -1)
    assert.deepEqual(chain, history?.map(({ to }) => to).slice(1))
  })
})

describe('the first model of a use case', () => {
  it('becomes the champion by itself, which says why; later ones do not', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    const first = await bench.run()
    assert.equal(await registry.promoteFirst('TFD', first), true)
    assert.equal(await registry.promoteFirst('TFD', await bench.run({ metrics: { fbeta2: 1 } })), false)
    assert.equal(registry.champion('TFD')?.run, first)
    assert.deepEqual(
      registry.history('TFD').map(({ kind, reason: why, by }) => [kind, why, by]),
      [['FIRST', 'It is the first model of its use case.', null]],
    )
  })

  it('does not, if it cannot be served', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    const leaking = await bench.run({ spec: { includeDebugFeatures: true } })
    assert.equal(await registry.promoteFirst('TFD', leaking), false)
    assert.equal(registry.champion('TFD'), null)
  })
})

describe('a promotion is refused', () => {
  const otherManifest = Buffer.from(JSON.stringify({ v: 9 }))
  const refused: [title: string, run: NewTestRun | string, code: string][] = [
    ['for a run that there is not', 'f'.repeat(32), 'RUN_NOT_FOUND'],
    ['for a run of a session', { tags: { 'coelho.kind': 'session' } }, 'RUN_NOT_BATCH'],
    ['for a run of another use case', { useCase: 'ETA' }, 'RUN_OF_OTHER_USE_CASE'],
    ['for a run that failed', { status: 'FAILED', tags: { 'coelho.reason': 'One class.' } }, 'RUN_FAILED'],
    ['for a run that was stopped', { status: 'KILLED' }, 'RUN_FAILED'],
    ['for a run that is not finished', { status: 'RUNNING' }, 'RUN_NOT_FINISHED'],
    ['for a run that waits', { status: 'SCHEDULED' }, 'RUN_NOT_FINISHED'],
    ['for a model that needs the future', { spec: { includeDebugFeatures: true } }, 'MODEL_NOT_SERVABLE'],
    ['without a model file', { files: { 'model/model.bin': null } }, 'MODEL_NOT_FOUND'],
    ['without a manifest', { files: { 'manifest.json': null } }, 'MODEL_NOT_FOUND'],
    ['for a manifest of another version', { files: { 'manifest.json': otherManifest } }, 'MODEL_CORRUPT'],
    ['for a manifest that is no JSON', { files: { 'manifest.json': Buffer.from('{') } }, 'MODEL_CORRUPT'],
    ['for a model with flipped bits', { files: { 'model/model.bin': Buffer.from([1]) } }, 'MODEL_CORRUPT'],
    ['for a manifest that was swapped', { tags: { 'coelho.modelHash': '0' } }, 'MODEL_CORRUPT'],
  ]
  let bench: Awaited<ReturnType<typeof openBench>>
  let registry: Awaited<ReturnType<typeof bench.open>>
  before(async () => {
    bench = await openBench()
    registry = await bench.open()
  })
  after(() => bench[Symbol.asyncDispose]())

  for (const [title, given, code] of refused) {
    it(title, async () => {
      const run = typeof given === 'string' ? given : await bench.run(given)
      await assert.rejects(registry.promote({ run, useCase: 'TFD', reason }), { code, message: /\.$/ })
      assert.equal(registry.champion('TFD'), null)
    })
  }

  it('without a reason, for an overlong one, and for a use case that there is not', async () => {
    const run = await bench.run()
    await assert.rejects(registry.promote({ run, reason: '  ' }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(registry.promote({ run, reason: 'x'.repeat(1001) }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(registry.promote({ run, useCase: 'XYZ', reason }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(registry.rollback({ useCase: 'TFD', reason: '' }), { code: 'BAD_USER_INPUT' })
  })
})

describe("tracking's registry of models", () => {
  it('has the champion under its alias, each run as one version', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    const [first, second] = [await bench.run(), await bench.run()]
    await registry.promote({ run: first, reason })
    await registry.promote({ run: second, reason })
    await registry.rollback({ useCase: 'TFD', reason: 'Too slow.' })
    const { models } = bench.tracking
    assert.equal((await models.byAlias('coelho-TFD', 'champion'))?.runId, first)
    assert.deepEqual(
      (await models.versions('coelho-TFD')).map(({ version, runId, artifactPath }) => [
        version,
        runId,
        artifactPath,
      ]),
      [
        [2, second, 'model'],
        [1, first, 'model'],
      ],
    )
  })

  it('is told later what it could not be told at once, even by another process', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    const [first, second] = [await bench.run(), await bench.run()]
    const { models } = bench.tracking
    const told = async (run: string) => {
      while ((await models.byAlias('coelho-TFD', 'champion').catch(() => null))?.runId !== run) await sleep(2)
    }
    bench.faults.models = true
    assert.equal((await registry.promote({ run: first, reason })).run, first)
    bench.faults.models = false
    await told(first)
    bench.faults.models = true
    await registry.promote({ run: second, reason })
    await registry[Symbol.asyncDispose]()
    bench.faults.models = false
    await bench.open('two')
    await told(second)
  })
})

describe('candidates', () => {
  it('are the finished runs of batch jobs of a use case, newest first', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    assert.deepEqual(await registry.candidates('TFD'), [])
    const first = await bench.run()
    await bench.run({ status: 'FAILED' })
    await bench.run({ tags: { 'coelho.kind': 'session' } })
    await bench.run({ useCase: 'ETA' })
    await sleep(2)
    const second = await bench.run()
    assert.deepEqual(
      (await registry.candidates('TFD')).map(({ id }) => id),
      [second, first],
    )
    assert.deepEqual(
      (await registry.candidates('TFD', 1)).map(({ id }) => id),
      [second],
    )
    await assert.rejects(registry.candidates('XYZ'), { code: 'BAD_USER_INPUT' })
  })

  it('are compared by the primary metric of their task on the validation part in its direction, or by another', async () => {
    await using bench = await openBench()
    const registry = await bench.open()
    assert.equal(await registry.best('TFD'), null)
    await bench.run({ metrics: { 'validation.fbeta2': 0.7, logLoss: 0.3 } })
    const best = await bench.run({ metrics: { 'validation.fbeta2': 0.9, logLoss: 0.2 } })
    const surest = await bench.run({ metrics: { 'validation.fbeta2': 0.8, logLoss: 0.1 } })
    await bench.run({ metrics: { 'validation.fbeta2': 1, logLoss: 0 }, spec: { includeDebugFeatures: true } })
    await bench.run({ metrics: { 'validation.fbeta2': 1, logLoss: 0 }, status: 'FAILED' })
    await bench.run({ metrics: { 'validation.fbeta2': 1, logLoss: 0 }, tags: { 'coelho.kind': 'session' } })
    assert.equal((await registry.best('TFD'))?.id, best)
    assert.equal((await registry.best('TFD', 'logLoss'))?.id, surest)
    const quick = await bench.run({ useCase: 'ETA', metrics: { 'validation.mae': 40 } })
    await bench.run({ useCase: 'ETA', metrics: { 'validation.mae': 50 } })
    assert.equal((await registry.best('ETA'))?.id, quick)
    await assert.rejects(registry.best('TFD', 'nonsense'), { code: 'BAD_USER_INPUT' })
  })
})
