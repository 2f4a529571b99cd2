import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Column } from '#learn/online/learner.ts'
import { createRandom } from '#learn/math/random.ts'
import { createStateReader } from '#learn/state/reader.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import type { UseCase } from '#use-cases/define.ts'
import { ecci } from '#use-cases/ecci.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { PendingPrediction } from '../pending-predictions.ts'
import { createMembers, loadMembers, type Members, type MembersOptions } from './members.ts'
import type { ChallengerSpec } from './model-change.ts'

const columns: Column[] = [
  { name: 'x', kind: 'numeric' },
  { name: 'y', kind: 'numeric' },
]
const options: MembersOptions = {
  useCase: tfd as unknown as UseCase,
  columns,
  decision: { policy: 'fbeta', beta: 2 },
}
/** It believes the share of positives and learns nothing else. */
const BLIND = {
  learner: 'weighted-naive-bayes',
  params: { smoothing: 1e12, binSmoothing: 1e12, rate: 0 },
  seed: 's',
}

function challenger(over: Partial<ChallengerSpec> = {}): ChallengerSpec {
  const spec = { name: 'second', learner: 'weighted-naive-bayes', parameters: {}, seed: 's', automatic: true }
  return { ...spec, ...over }
}

/** Predicts and learns examples number `from` to `to`; returns what was published. */
function run(members: Members, from: number, to: number): string[] {
  const published: string[] = []
  for (let seq = from; seq < to; seq++) {
    const random = createRandom(`example ${seq}`)
    const row = Float64Array.of(random.next() - 0.5, random.next() - 0.5)
    const label = random.next() < ((row[0] ?? 0) > 0 ? 0.7 : 0.3) ? 1 : 0
    const said = members.predict(row, '', seq)
    published.push(said.by)
    members.observe(row, '', seq, null)
    const prediction: PendingPrediction = { ...said, seq, row, eventTime: seq }
    members.learn(prediction, label, seq + 1)
  }
  return published
}

function copy(members: Members): Members {
  const out = createStateWriter()
  members.save(out)
  const input = createStateReader(out.finish())
  const loaded = loadMembers(options, input)
  input.end()
  return loaded
}

function bytes(members: Members): Uint8Array {
  const out = createStateWriter()
  members.save(out)
  return new Uint8Array(out.finish())
}

test('an automatic challenger that is better takes over by itself, at one place whatever was saved in between', () => {
  const whole = createMembers(options, BLIND)
  whole.change({ type: 'add', challenger: challenger() }, 0)
  const published = run(whole, 0, 40_000)
  const at = published.indexOf('second')
  assert.ok(at > 0, 'it never took over')
  assert.ok(published.slice(at).every(name => name === 'second'))
  const [promotion] = whole.evaluation().promotions
  assert.deepEqual(
    [promotion?.seq, promotion?.from, promotion?.to, promotion?.by],
    [at, 'weighted-naive-bayes', 'second', 'TEST'],
  )
  assert.ok((promotion?.comparison?.evidence ?? 0) >= (promotion?.comparison?.wanted ?? Infinity))
  assert.deepEqual(whole.takePromotion(), promotion)
  assert.equal(whole.takePromotion(), null)

  let parts = createMembers(options, BLIND)
  parts.change({ type: 'add', challenger: challenger() }, 0)
  for (const [from, to] of [
    [0, 1000],
    [1000, at],
    [at, at + 1],
    [at + 1, 40_000],
  ] as const) {
    run(parts, from, to)
    parts = copy(parts)
  }
  assert.deepEqual(bytes(parts), bytes(whole))
})

test('a challenger that is not automatic only tells that it is better', () => {
  const members = createMembers(options, BLIND)
  members.change({ type: 'add', challenger: challenger({ automatic: false }) }, 0)
  const published = run(members, 0, 36_000)
  assert.ok(published.every(name => name === 'weighted-naive-bayes'))
  const second = members.evaluation().models.find(({ name }) => name === 'second')
  assert.equal(second?.comparison?.decided, 'CHALLENGER')
})

test('a challenger is scored by its own predictions, and the session by what it published', () => {
  const members = createMembers(options, BLIND)
  run(members, 0, 100)
  members.change({ type: 'add', challenger: challenger() }, 100)
  run(members, 100, 300)
  const { metrics, models } = members.evaluation()
  const n = (of: typeof metrics) => of.find(({ name }) => name === 'logLoss')?.n
  assert.equal(n(metrics), 300)
  assert.equal(n(models.find(({ name }) => name === 'second')?.metrics ?? []), 200)
})

test('challengers that are passed over neither predict nor learn, until they are asked again', () => {
  const members = createMembers(options, BLIND)
  members.change({ type: 'add', challenger: challenger() }, 0)
  run(members, 0, 50)
  members.change({ type: 'shed', on: true }, 50)
  run(members, 50, 90)
  assert.deepEqual(members.predict(Float64Array.of(0, 0), '', 0).others, {})
  const second = () => members.evaluation().models.find(({ name }) => name === 'second')
  assert.deepEqual([second()?.version, second()?.isShed, second()?.comparison?.n], [50, true, 50])
  members.change({ type: 'shed', on: false }, 90)
  run(members, 90, 100)
  assert.deepEqual([second()?.version, second()?.isShed], [60, false])
})

test('a name is free again once its challenger is gone, and what the former one said does not count for the next', () => {
  const members = createMembers(options, BLIND)
  members.change({ type: 'add', challenger: challenger() }, 0)
  const row = Float64Array.of(0.1, 0.1)
  const early: PendingPrediction = { ...members.predict(row, '', 0), seq: 0, row, eventTime: 0 }
  members.change({ type: 'remove', name: 'second' }, 1)
  members.change({ type: 'add', challenger: challenger() }, 1)
  members.learn(early, 1, 1)
  const second = members.evaluation().models.find(({ name }) => name === 'second')
  assert.deepEqual([second?.comparison?.n, second?.version], [0, 1])
})

test('no more challengers than can be paid for, and no two of one name', () => {
  const members = createMembers(options, BLIND)
  const before = bytes(members)
  const add = (name: string) => members.change({ type: 'add', challenger: challenger({ name }) }, 0)
  assert.throws(() => add('weighted-naive-bayes'), { code: 'CHALLENGER_EXISTS' })
  assert.throws(() => members.change({ type: 'promote', name: 'none' }, 0), { code: 'CHALLENGER_NOT_FOUND' })
  assert.throws(() => members.change({ type: 'rollback' }, 0), { code: 'NOTHING_TO_ROLL_BACK' })
  assert.deepEqual(bytes(members), before)
  for (const name of ['a', 'b', 'c', 'd']) add(name)
  assert.throws(() => add('e'), { code: 'TOO_MANY_CHALLENGERS' })
})

test('clusterings have challengers, too, without a comparison by labels', () => {
  const given = {
    ...options,
    useCase: ecci as unknown as UseCase,
    columns: [{ name: 'kind', kind: 'nominal' as const }],
  }
  const params = {}
  const members = createMembers(given, { learner: 'latent-class-mixture', params, seed: 's' })
  members.change(
    { type: 'add', challenger: challenger({ name: 'other', learner: 'latent-class-mixture' }) },
    0,
  )
  for (let i = 0; i < 40; i++) {
    const row = Float64Array.of(i % 2)
    assert.deepEqual(Object.keys(members.predict(row, `group ${i % 4}`, i).others ?? {}), ['other'])
    members.observe(row, `group ${i % 4}`, i, null)
  }
  const [champion, other] = members.evaluation().models
  assert.deepEqual([champion?.version, other?.version, other?.comparison], [40, 40, null])
})
