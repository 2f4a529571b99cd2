import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import { mixedColumns, rareClass } from '../test-streams.ts'
import { agrawalColumns, agrawalStream } from './agrawal-stream.ts'
import { createStackMembers } from './create-stack-members.ts'
import {
  createStackedClassifier,
  loadStackedClassifier,
  type StackedClassifier,
} from './stacked-classifier.ts'

interface Example {
  row: Row
  label: 0 | 1
}

const xorColumns: readonly Column[] = [
  { name: 'a', kind: 'nominal' },
  { name: 'b', kind: 'nominal' },
  { name: 'noise', kind: 'numeric' },
]

/** A label that neither column alone tells anything about, wrong once in twenty. */
function xorStream(count: number): Example[] {
  const random = createRandom('xor')
  return Array.from({ length: count }, () => {
    const a = random.below(2)
    const b = random.below(2)
    const label = (random.next() < 0.05 ? 1 - (a ^ b) : a ^ b) === 1 ? 1 : 0
    return { row: Float64Array.of(a, b, random.normal()), label }
  })
}

/** Log losses from example `from` on: of what is published, and of each member learning on its own. */
function losses(columns: readonly Column[], stream: readonly Example[], from: number) {
  const stack = createStackedClassifier({ columns, params: { trees: 3 } })
  const members = createStackMembers(columns, { prior: 0.5, bits: 16, rate: 0.5, trees: 3 }, 1)
  const sums = new Float64Array(members.length)
  let published = 0
  stream.forEach(({ row, label }, i) => {
    const odds = members.map(member => member.logOdds(row))
    if (i >= from) {
      published += logLoss(stack.predict(row), label)
      odds.forEach((z, k) => {
        sums[k] += logLoss(1 / (1 + Math.exp(-z)), label)
      })
    }
    members.forEach((member, k) => member.learn(row, label, 1, odds[k]))
    stack.learn(row, label)
  })
  return { published, best: Math.min(...sums), bayes: sums[0] }
}

function logLoss(probability: number, label: 0 | 1): number {
  return -Math.log(Math.max(1e-15, label === 1 ? probability : 1 - probability))
}

test('on exclusive or it publishes what the members that see pairs know, and naive Bayes does not', () => {
  const { published, best, bayes } = losses(xorColumns, xorStream(3000), 1500)
  assert.ok(published < 1.05 * best && published < 0.5 * bayes, `${published}, ${best}, ${bayes}`)
})

for (const rule of [2, 9]) {
  test(`on Agrawal's rule ${rule} it is within 5 % of the best member`, () => {
    const { published, best } = losses(agrawalColumns, agrawalStream(5000, rule, 42), 2500)
    assert.ok(published < 1.05 * best, `${published}, ${best}`)
  })
}

test("its Agrawal stream is River's", () => {
  // River 0.26.1: Agrawal(classification_function=2, seed=42).take(3000).
  const stream = agrawalStream(3000, 2, 42)
  const sum = stream.reduce((total, { row, label }) => total + label * (row[8] + row[6] + row[2]), 0)
  assert.equal(stream.filter(({ label }) => label === 1).length, 1624)
  assert.ok(Math.abs(sum - 1050784865.2918769) < 1e-3)
})

test('until enough of the rarer class are labelled it publishes naive Bayes alone', () => {
  const stack = createStackedClassifier({ columns: mixedColumns, params: { minority: 50, trees: 2 } })
  let positives = 0
  for (const { row, label } of rareClass(3000, 'cold')) {
    const shares = stack.explainMembers(row)
    if (positives < 50) assert.deepEqual([shares.length, shares[0].weight], [1, 1])
    else assert.equal(shares.length, 3)
    stack.learn(row, label)
    positives += label
  }
  assert.ok(positives > 60)
})

test('explanations add up to the log-odds of what is published', () => {
  const stack = createStackedClassifier({ columns: mixedColumns, params: { minority: 20, trees: 3 } })
  const out = new Float64Array(mixedColumns.length)
  for (const { row, label } of rareClass(2500, 'explain')) {
    const p = stack.predict(row)
    const base = stack.explain(row, out)
    const total = out.reduce((a, b) => a + b, base)
    assert.ok(Math.abs(total - Math.log(p / (1 - p))) < 1e-9, `${total} at ${p}`)
    stack.learn(row, label)
  }
})

test('shed members neither predict nor learn, and continue where they were', () => {
  const stack = createStackedClassifier({ columns: mixedColumns, params: { minority: 20, trees: 3 } })
  assert.deepEqual(stack.heavyMembers, ['adaptive-random-forest'])
  const stream = rareClass(3000, 'shed')
  const all = teach(stack, stream.slice(0, 1500))
  stack.setShed(true)
  assert.ok(reload(stack).shed)
  const some = teach(stack, stream.slice(1500, 2000))
  const bytes = stack.sizeBytes()
  assert.ok(stack.explainMembers(stream[0].row).every(({ member }) => member !== 'adaptive-random-forest'))
  stack.setShed(false)
  assert.equal(stack.explainMembers(stream[0].row).length, 3)
  const again = teach(stack, stream.slice(2000))
  assert.ok(Math.max(all, some, again) < 0.2, `${all}, ${some}, ${again}`)
  assert.ok(bytes <= 64 * 1024 * 1024)
  const none = createStackedClassifier({ columns: mixedColumns, params: { trees: 0 } })
  none.setShed(true)
  assert.deepEqual(none.heavyMembers, [])
})

test('shedding at the same examples gives the same state', () => {
  const [a, b] = [1, 2].map(() =>
    createStackedClassifier({ columns: mixedColumns, params: { minority: 20, trees: 2 } }),
  )
  let c = b
  rareClass(1500, 'same').forEach(({ row, label }, i) => {
    for (const stack of [a, c]) {
      if (i === 600) stack.setShed(true)
      if (i === 900) stack.setShed(false)
    }
    assert.equal(c.predict(row), a.predict(row))
    a.learn(row, label)
    c.learn(row, label)
    if (i % 250 === 0) c = reload(c)
  })
})

test('a weight that is none is refused, and weight 0 teaches nothing', () => {
  const stack = createStackedClassifier({ columns: mixedColumns, params: { trees: 1 } })
  const [{ row }] = rareClass(1, 'weights')
  for (const weight of [-1, Number.NaN, Infinity]) {
    assert.throws(() => stack.learn(row, 1, weight), { code: 'INVALID_WEIGHT' })
  }
  stack.learn(row, 1, 0)
  assert.equal(stack.updates, 0)
  assert.equal(stack.predict(row), 0.5)
})

/** Mean log loss of predictions made before learning. */
function teach(stack: StackedClassifier, stream: readonly Example[]): number {
  let sum = 0
  for (const { row, label } of stream) {
    sum += logLoss(stack.predict(row), label)
    stack.learn(row, label)
  }
  return sum / stream.length
}

function reload(stack: StackedClassifier): StackedClassifier {
  const out = createStateWriter()
  stack.save(out)
  const input = createStateReader(out.finish())
  assert.equal(input.str(), stack.name)
  const loaded = loadStackedClassifier(input, mixedColumns)
  input.end()
  return loaded
}
