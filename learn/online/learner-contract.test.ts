import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import type { AnyLearner, Row } from './learner.ts'
import { createLearner, learnerNames, loadLearner } from './registry.ts'
import { groupsOfThreeKinds, mixedColumns, rareClass, travelTime } from './test-streams.ts'

/** Predicts, then learns, and returns all that was predicted as text. */
type Step = (learner: AnyLearner, i: number) => string

const classes = rareClass(3000, 'contract')
const times = travelTime(3000, 'contract')
const groups = groupsOfThreeKinds(3000, 'contract')

const steps: Record<string, Step> = {
  classification(learner, i) {
    assert.ok(learner.task === 'classification')
    const { row, label } = classes[i]
    const predicted = learner.predict(row)
    learner.learn(row, label)
    return String(predicted)
  },
  regression(learner, i) {
    assert.ok(learner.task === 'regression')
    const { row, label } = times[i]
    const predicted = learner.predict(row)
    learner.learn(row, label)
    return String(predicted)
  },
  clustering(learner, i) {
    assert.ok(learner.task === 'clustering')
    const { group, row, timeMs } = groups[i]
    const { cluster, confidence, groupEvents, distances, own } = learner.assign(group, row, timeMs)
    learner.learn(group, row, timeMs)
    return [cluster, confidence, groupEvents, own, ...distances].join()
  },
}

const params: Record<string, Record<string, string | number>> = {
  'robust-rls': { cross: 'colour*shape' },
  'latent-class-mixture': { transition: 'shape', idleMs: 60_000 },
}

const create = (name: string, seed = 1) =>
  createLearner(name, { columns: mixedColumns, params: params[name] ?? {}, seed })

function stateOf(learner: AnyLearner): ArrayBuffer {
  const out = createStateWriter()
  learner.save(out)
  return out.finish()
}

function reload(learner: AnyLearner): AnyLearner {
  const input = createStateReader(stateOf(learner))
  const loaded = loadLearner(input, mixedColumns)
  input.end()
  return loaded
}

for (const name of learnerNames) {
  test(`${name}: a loaded learner continues as if it had never stopped`, () => {
    const whole = create(name)
    let parts = create(name)
    const step = steps[whole.task]
    for (let i = 0; i < 3000; i++) {
      assert.equal(step(parts, i), step(whole, i))
      if ([0, 5, 31, 100, 400, 1000, 2047].includes(i)) parts = reload(parts)
    }
    assert.equal(parts.updates, 3000)
    assert.deepEqual(parts.parameters, whole.parameters)
    assert.deepEqual(new Uint8Array(stateOf(parts)), new Uint8Array(stateOf(whole)))
    assert.ok(whole.sizeBytes() > 0)
  })

  test(`${name}: equal seeds and events give equal predictions`, () => {
    const [a, b] = [create(name, 7), create(name, 7)]
    const step = steps[a.task]
    for (let i = 0; i < 800; i++) assert.equal(step(a, i), step(b, i))
  })

  test(`${name}: predicting changes nothing`, () => {
    const learner = create(name)
    for (let i = 0; i < 600; i++) steps[learner.task](learner, i)
    const before = new Uint8Array(stateOf(learner))
    for (let i = 600; i < 700; i++) {
      if (learner.task === 'clustering') learner.assign(groups[i].group, groups[i].row, groups[i].timeMs)
      else learner.predict(times[i].row)
    }
    assert.deepEqual(new Uint8Array(stateOf(learner)), before)
  })

  test(`${name}: whatever a row holds, predictions stay finite`, () => {
    const wild = fc.constantFrom(Number.NaN, -1, 0, 1, 5, 70_000, -1e300, 1e300, Infinity, -Infinity, 1e-310)
    const rows = fc.array(fc.array(wild, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(rows, fc.array(wild, { minLength: 80, maxLength: 80 }), (values, labels) => {
        const learner = create(name)
        values.forEach((value, i) => feed(learner, Float64Array.from(value), labels[i], i))
        for (let i = 0; i < 20; i++) {
          feed(learner, classes[i].row, i, i)
          for (const part of steps[learner.task](learner, i).split(',')) {
            assert.ok(Number.isFinite(Number(part)), `${part} was predicted.`)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test(`${name}: keeps to the memory that it was given, however many categories and groups come`, () => {
    const maxBytes = 4_000_000
    const learner = createLearner(name, {
      columns: mixedColumns,
      params: params[name] ?? {},
      seed: 1,
      maxBytes,
    })
    for (let i = 0; i < 8000; i++) {
      const row = mixedColumns.map(({ kind }, c) =>
        kind === 'nominal' ? i : ((i * (c + 7919)) % 10_007) / 3,
      )
      if (learner.task === 'clustering') learner.learn(`g${i}`, Float64Array.from(row), i * 1000)
      else learner.learn(Float64Array.from(row), i % 97 < 48 ? 0 : 1)
    }
    assert.ok(learner.sizeBytes() <= maxBytes, `${learner.sizeBytes()} of ${maxBytes}`)
  })

  test(`${name}: a state cut short is refused`, () => {
    const learner = create(name)
    for (let i = 0; i < 300; i++) steps[learner.task](learner, i)
    const state = stateOf(learner)
    for (const part of [0, 0.3, 0.9, 0.999]) {
      const cut = createStateReader(state, 0, Math.floor(part * state.byteLength))
      assert.throws(() => loadLearner(cut, mixedColumns), { code: 'CHECKPOINT_CORRUPT' })
    }
  })

  test(`${name}: a parameter it does not know, of another type or out of range is refused`, () => {
    const [known] = Object.keys(create(name).parameters)
    for (const wrong of [{ nonsense: 1 }, { [known]: true }]) {
      assert.throws(() => createLearner(name, { columns: mixedColumns, params: wrong }), {
        code: 'INVALID_PARAMETER',
      })
    }
  })
}

test('an unknown learner is refused with the names that exist', () => {
  assert.throws(
    () => createLearner('oracle', { columns: mixedColumns }),
    (error: Error & { code?: string }) =>
      error.code === 'UNKNOWN_LEARNER' && learnerNames.every(name => error.message.includes(name)),
  )
})

function feed(learner: AnyLearner, row: Row, label: number, i: number): void {
  if (learner.task === 'classification') {
    assert.ok(learner.predict(row) >= 0 && learner.predict(row) <= 1)
    learner.learn(row, label === 1 ? 1 : 0)
  } else if (learner.task === 'regression') {
    assert.ok(Number.isFinite(learner.predict(row)))
    learner.learn(row, label)
  } else {
    assert.ok(learner.assign(`g${i % 5}`, row, i).confidence > 0)
    learner.learn(`g${i % 5}`, row, i)
  }
}
