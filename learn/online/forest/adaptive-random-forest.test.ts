import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { exactAuc } from '../../metrics/exact-auc.ts'
import { ScoreWindow } from '../../metrics/score-window.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Column } from '../learner.ts'
import { createAdaptiveRandomForest, loadAdaptiveRandomForest } from './adaptive-random-forest.ts'

const columns: readonly Column[] = [0, 1, 2, 3].map(i => ({ name: `x${i}`, kind: 'numeric' }))

interface Example {
  row: Float64Array
  label: number
}

/** Exclusive or of two of four columns; a tenth of the labels are wrong. After half of it the classes may change sides. */
function noisyXor(n: number, seed: string, changes = false): Example[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, i) => {
    const row = Float64Array.from([0, 1, 2, 3], () => random.next())
    const truth = (row[0] > 0.5 !== row[1] > 0.5) !== (changes && i >= n / 2)
    return { row, label: Number(truth !== random.next() < 0.1) }
  })
}

type Forest = ReturnType<typeof createAdaptiveRandomForest>

/** Share of labels that were likelier than not before they were learned, over the last quarter. */
function accuracy(forest: Forest, stream: readonly Example[]): number {
  let right = 0
  stream.forEach(({ row, label }, i) => {
    const said = forest.predict(row) > 0.5 ? 1 : 0
    if (i >= (3 * stream.length) / 4 && said === label) right++
    forest.learn(row, label as 0 | 1)
  })
  return right / (stream.length / 4)
}

for (const mode of ['ours', 'river']) {
  describe(`the adaptive random forest, ${mode}`, () => {
    const create = (seed: number | string = 1) =>
      createAdaptiveRandomForest({ columns, params: { mode }, seed })

    test('learns what no column tells by itself, to what noise allows, and rarely takes noise for drift', () => {
      const forest = create()
      const found = accuracy(forest, noisyXor(24_000, 'xor'))
      assert.ok(found > 0.86, String(found))
      // Trees that grow change their error, which is told as well; immature replacements would do so over and over.
      assert.ok(forest.drifts < 80, String(forest.drifts))
    })

    test('follows classes that change sides', () => {
      const forest = create()
      const found = accuracy(forest, noisyXor(24_000, 'turn', true))
      assert.ok(found > 0.86, String(found))
      assert.ok(forest.drifts > 0)
    })

    test('tells three classes apart', () => {
      const forest = create()
      const random = createRandom('three')
      const out = new Float64Array(3)
      let right = 0
      for (let i = 0; i < 6000; i++) {
        const row = Float64Array.from(columns, () => random.next())
        const label = Math.floor(3 * row[0])
        forest.predictClasses(row, out)
        if (i >= 4000 && out.indexOf(Math.max(...out)) === label) right++
        forest.learnClass(row, label)
      }
      assert.ok(right / 2000 > 0.95, String(right / 2000))
    })

    test('is the same for the same seed, another for another, and goes on from its state', () => {
      const stream = noisyXor(3000, 'seed')
      const [one, same, other] = [create(1), create(1), create(2)]
      const said = (forest: Forest) => {
        accuracy(forest, stream)
        return stream.slice(0, 20).map(({ row }) => forest.predict(row))
      }
      const first = said(one)
      assert.deepEqual(said(same), first)
      assert.notDeepEqual(said(other), first)
      const out = createStateWriter()
      one.save(out)
      const input = createStateReader(out.finish())
      input.str()
      const loaded = loadAdaptiveRandomForest(input, columns)
      assert.equal(accuracy(loaded, stream), accuracy(one, stream))
    })
  })
}

test('under-sampling keeps the ranking of rare examples nearly as good as learning all, and says the rate of the stream', () => {
  const stream = rare(40_000)
  const create = (underSample: string) =>
    createAdaptiveRandomForest({ columns, params: { underSample, leaf: 'nb' }, seed: 1 })
  const [all, sampled] = [create('none'), create('ours')].map(forest => rankAndRate(forest, stream))
  assert.ok(sampled.auc > all.auc - 0.05, `${sampled.auc} against ${all.auc}`)
  assert.ok(Math.abs(sampled.rate / 0.02 - 1) < 0.6, String(sampled.rate))
})

/** Two in a hundred are of class 1, and larger in two columns. */
function rare(n: number): Example[] {
  const random = createRandom('rare')
  return Array.from({ length: n }, () => {
    const label = Number(random.next() < 0.02)
    return { row: Float64Array.from(columns, (_, i) => random.normal() + (i < 2 ? 1.5 * label : 0)), label }
  })
}

function rankAndRate(forest: Forest, stream: readonly Example[]): { auc: number; rate: number } {
  const half = stream.length / 2
  const window = new ScoreWindow(half)
  let sum = 0
  stream.forEach(({ row, label }, i) => {
    if (i >= half) {
      const score = forest.predict(row)
      window.add({ score, label: label as 0 | 1, flagged: false, timeMs: 0 })
      sum += score
    }
    forest.learn(row, label as 0 | 1)
  })
  return { auc: exactAuc(window.ranked()), rate: sum / half }
}
