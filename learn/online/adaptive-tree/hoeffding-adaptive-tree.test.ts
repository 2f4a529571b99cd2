import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import type { Column } from '../learner.ts'
import { createHoeffdingTree } from '../tree/hoeffding-tree.ts'
import { createHoeffdingAdaptiveTree } from './hoeffding-adaptive-tree.ts'

const columns: readonly Column[] = [
  { name: 'x', kind: 'numeric' },
  { name: 'y', kind: 'numeric' },
  { name: 'kind', kind: 'nominal' },
]

interface Example {
  row: Float64Array
  label: 0 | 1
}

/** A rectangle that is of class 1, outside class 0; from `turn` on the other way round where x is above .5. */
function turned(n: number, turn: number, seed: string): Example[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, i) => {
    const [x, y, kind] = [random.next(), random.next(), random.below(3)]
    const inside = y > 0.3 && y < 0.8 && kind !== 2
    const truth = (i >= turn && x > 0.5) !== inside
    return { row: Float64Array.of(x, y, kind), label: random.next() < 0.05 !== truth ? 1 : 0 }
  })
}

interface Learner {
  predict(row: Float64Array): number
  learn(row: Float64Array, label: 0 | 1): void
}

/** Share of `stream` that was predicted right before it was learned, from row `from` on. */
function accuracy(learner: Learner, stream: readonly Example[], from: number): number {
  let right = 0
  stream.forEach(({ row, label }, i) => {
    if (i >= from && (learner.predict(row) > 0.5 ? 1 : 0) === label) right++
    learner.learn(row, label)
  })
  return right / (stream.length - from)
}

const stream = turned(30_000, 15_000, 'turned')

test('after a change in half of the space it is back far sooner than a plain tree', () => {
  const adaptive = createHoeffdingAdaptiveTree({ columns })
  const after = stream.slice(0, 22_500)
  const found = accuracy(adaptive, after, 17_500)
  assert.ok(adaptive.opened > 0 && adaptive.switched > 0)
  const plain = accuracy(createHoeffdingTree({ columns }), after, 17_500)
  assert.ok(found > 0.8 && found > plain + 0.08, `${found} beside ${plain}`)
})

test('what does not change is not replaced: it is as good as a plain tree', () => {
  const still = turned(20_000, Number.POSITIVE_INFINITY, 'still')
  const adaptive = createHoeffdingAdaptiveTree({ columns })
  const found = accuracy(adaptive, still, 10_000)
  assert.ok(found > accuracy(createHoeffdingTree({ columns }), still, 10_000) - 0.01, String(found))
})

test('stays within the memory that it was given through many changes, and still adapts', () => {
  const maxBytes = 400_000
  const adaptive = createHoeffdingAdaptiveTree({
    columns,
    maxBytes,
    params: { memoryPeriod: 500, gracePeriod: 50 },
  })
  let largest = 0
  for (let round = 0; round < 6; round++) {
    for (const { row, label } of turned(8000, round % 2 === 0 ? 0 : 8000, `round ${round}`)) {
      adaptive.learn(row, label)
    }
    largest = Math.max(largest, adaptive.sizeBytes())
  }
  assert.ok(largest <= maxBytes, `${largest} of ${maxBytes}`)
  assert.ok(accuracy(adaptive, turned(8000, 8000, 'last'), 6000) > 0.9)
})

test('alternates of River speak beside what is in place, ours only once they have taken over', () => {
  const [ours, river] = ['ours', 'river'].map(mode =>
    createHoeffdingAdaptiveTree({ columns, params: { mode } }),
  )
  const probabilities = new Float64Array(2)
  for (const { row, label } of stream.slice(0, 18_000)) {
    for (const tree of [ours, river]) {
      tree.learn(row, label)
      tree.predictClasses(row, probabilities)
      assert.ok(Math.abs(probabilities[0] + probabilities[1] - 1) < 1e-9, probabilities.join())
    }
  }
  assert.ok(ours.switched <= ours.opened && river.opened > 0)
})

test('in either mode a seed may be any text, and equal ones give equal trees', () => {
  for (const mode of ['ours', 'river']) {
    const grown = (seed: string) => {
      const tree = createHoeffdingAdaptiveTree({
        columns,
        seed,
        params: { mode, bootstrap: 1, gracePeriod: 50 },
      })
      return accuracy(tree, stream.slice(0, 2000), 0)
    }
    assert.equal(grown('a session'), grown('a session'))
    assert.notEqual(grown('a session'), grown('another'))
  }
})
