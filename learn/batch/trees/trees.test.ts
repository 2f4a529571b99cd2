import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import { loadTrees } from './load-trees.ts'
import { nextNode } from './next-node.ts'
import { predictAll } from './predict-all.ts'
import { predictTrees } from './predict-trees.ts'
import { randomColumns, randomTrees } from './random-trees.ts'
import { saveTrees } from './save-trees.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { treeImportances } from './tree-importances.ts'
import { treeShap } from './tree-shap.ts'

/** Neither a multiple of four nor of a block. */
const ROWS = 601

describe('tree ensembles', () => {
  test('a split sends a value at its threshold left, missing ones where it says, and infinity leaves only those', () => {
    const stump = (threshold: number, missingLeft: number) =>
      stumpOf({ threshold: [threshold, 0, 0], missingLeft: [missingLeft, 0, 0] })
    assert.deepEqual([-1, 2, 2.5, NaN].map(score(stump(2, 0))), [1, 1, 5, 5])
    assert.deepEqual([-1, 2, 2.5, NaN].map(score(stump(2, 1))), [1, 1, 5, 1])
    assert.deepEqual([-9, 9, Infinity, NaN].map(score(stump(Infinity, 0))), [1, 1, 1, 5])
  })

  test('a set of categories holds only its own codes', () => {
    const stump = stumpOf({ setStart: [0, -1, -1], setWords: [2, 0, 0], categorySets: [0b101, 2] })
    const codes = [0, 1, 2, 33, 32, 64, 2 ** 40, -1, -0.5, NaN]
    assert.deepEqual(codes.map(score(stump)), [1, 5, 1, 1, 5, 5, 5, 5, 1, 5])
  })

  test('many rows get the scores that each gets alone, bit for bit', () => {
    for (const [outputs, isNumeric] of [
      [1, false],
      [3, false],
      [1, true],
      [3, true],
    ] as const) {
      const grown = randomTrees({ seed: outputs, trees: 9, outputs })
      // Trees without sets of categories are walked in another way.
      const trees = isNumeric ? { ...grown, setStart: grown.setStart.map(() => -1) } : grown
      const columns = randomColumns(trees.features, ROWS, 7)
      columns[0].set([Infinity, -Infinity, -0])
      const all = predictAll(trees, columns, ROWS)
      const out = new Float64Array(outputs)
      for (let row = 0; row < ROWS; row++) {
        predictTrees(trees, rowOf(columns, row), out)
        assert.deepEqual(all.subarray(row * outputs, (row + 1) * outputs), out)
      }
    }
  })

  test('SHAP values are the Shapley values of the conditional expectations, computed from their definition', () => {
    for (let seed = 0; seed < 6; seed++) {
      const trees = randomTrees({ seed, trees: 4, depth: 6, features: 5, outputs: 2 })
      const columns = randomColumns(5, 8, seed)
      for (let row = 0; row < 8; row++) {
        for (const output of [0, 1]) {
          const actual = treeShap(trees, rowOf(columns, row), output)
          const expected = shapleyByDefinition(trees, rowOf(columns, row), output)
          for (let i = 0; i <= 5; i++) assert.ok(Math.abs(actual[i] - expected[i]) <= 1e-12)
        }
      }
    }
  })

  test('SHAP values add up to the raw score, also where no training row came by', () => {
    for (let seed = 10; seed < 20; seed++) {
      const grown = randomTrees({ seed, trees: 30, depth: 9, features: 7 })
      const random = createRandom(seed)
      const trees = { ...grown, cover: grown.cover.map(cover => (random.below(3) === 0 ? 0 : cover)) }
      const columns = randomColumns(7, 20, seed)
      const out = new Float64Array(1)
      for (let row = 0; row < 20; row++) {
        predictTrees(trees, rowOf(columns, row), out)
        const sum = treeShap(trees, rowOf(columns, row)).reduce((total, value) => total + value, 0)
        assert.ok(Math.abs(sum - out[0]) <= 1e-9, `${sum} against ${out[0]}`)
      }
    }
  })

  test('importances count splits and add up gains', () => {
    const { gain, split } = treeImportances(stumpOf({ gain: [2.5, 0, 0] }))
    assert.deepEqual([...gain, ...split], [2.5, 1])
  })

  test('saved trees come back equal', () => {
    const trees = randomTrees({ seed: 3, outputs: 3 })
    assert.deepEqual(loadTrees(createStateReader(saved(trees))), trees)
  })

  test('trees that would lead astray are refused', () => {
    const trees = stumpOf({})
    const wrong: Partial<TreeEnsemble>[] = [
      { features: 2 ** 30 },
      { outputs: 0, bias: new Float64Array(0) },
      { bias: Float64Array.of(NaN) },
      { treeStart: Int32Array.of(0, 2) },
      { treeStart: Int32Array.of(0, 0, 3) },
      { treeStart: Int32Array.of(0, 5, 3) },
      { left: Int32Array.of(0, -1, -1) },
      { right: Int32Array.of(1, -1, -1) },
      { right: Int32Array.of(9, -1, -1) },
      { left: Int32Array.of(1, 2, -1) },
      { feature: Int32Array.of(1, -1, -1) },
      { feature: Int32Array.of(-5, -1, -1) },
      { threshold: Float64Array.of(NaN, 0, 0) },
      { setStart: Int32Array.of(5, -1, -1), setWords: Int32Array.of(1, 0, 0) },
      { setStart: Int32Array.of(0, -1, -1), setWords: Int32Array.of(-1, 0, 0) },
      { value: Float64Array.of(0, NaN, 0) },
      { cover: Float64Array.of(1, -1, 0) },
    ]
    for (const part of wrong) {
      const state = saved({ ...trees, ...part })
      assert.throws(
        () => loadTrees(createStateReader(state)),
        { code: 'MODEL_CORRUPT' },
        Object.keys(part)[0],
      )
    }
  })

  test('flipped bits and truncation give trees that still end, or an error with a code', () => {
    const trees = randomTrees({ seed: 4, trees: 3 })
    const state = saved(trees)
    const random = createRandom(1)
    const columns = randomColumns(trees.features, 20, 1)
    let refused = 0
    for (let round = 0; round < 600; round++) {
      const bytes = new Uint8Array(state.slice(0))
      bytes[random.below(bytes.length)] ^= 1 << random.below(8)
      const kept = round % 3 === 0 ? random.below(bytes.length) : bytes.length
      try {
        const loaded = loadTrees(createStateReader(bytes.buffer, 0, kept))
        if (loaded.features <= trees.features) predictAll(loaded, columns, 20)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MODEL_CORRUPT')
        refused++
      }
    }
    assert.ok(refused > 200)
  })
})

/** One split of one feature over two leaves that add 1 and 5. */
function stumpOf(parts: { [K in keyof TreeEnsemble]?: ArrayLike<number> }): TreeEnsemble {
  const { threshold, missingLeft, setStart, setWords, categorySets, gain } = parts
  return {
    features: 1,
    outputs: 1,
    bias: new Float64Array(1),
    treeStart: Int32Array.of(0, 3),
    feature: Int32Array.of(0, -1, -1),
    threshold: Float64Array.from(threshold ?? [0, 0, 0]),
    missingLeft: Uint8Array.from(missingLeft ?? [0, 0, 0]),
    setStart: Int32Array.from(setStart ?? [-1, -1, -1]),
    setWords: Int32Array.from(setWords ?? [0, 0, 0]),
    categorySets: Uint32Array.from(categorySets ?? []),
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    value: Float64Array.of(0, 1, 5),
    cover: Float64Array.of(3, 1, 2),
    gain: Float64Array.from(gain ?? [0, 0, 0]),
  }
}

function score(trees: TreeEnsemble): (value: number) => number {
  const out = new Float64Array(1)
  return value => {
    predictTrees(trees, Float64Array.of(value), out)
    return out[0]
  }
}

function rowOf(columns: readonly Float64Array[], row: number): Float64Array {
  return Float64Array.from(columns, column => column[row])
}

function saved(trees: TreeEnsemble): ArrayBuffer {
  const out = createStateWriter()
  saveTrees(trees, out)
  return out.finish()
}

/** All coalitions, each weighed by how many orders of the features begin with it. */
function shapleyByDefinition(trees: TreeEnsemble, row: Float64Array, output: number): number[] {
  const { features, outputs, treeStart, feature, left, right, value, cover, bias } = trees
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  const expectations = Array.from({ length: 2 ** features }, (_, coalition) => {
    let sum = bias[output]
    for (let tree = output; tree < treeStart.length - 1; tree += outputs)
      sum += expect(treeStart[tree], coalition)
    return sum
  })
  const result = Array.from({ length: features }, (_, player) => {
    let sum = 0
    for (let coalition = 0; coalition < 2 ** features; coalition++) {
      if ((coalition >> player) & 1) continue
      const size = coalition.toString(2).replaceAll('0', '').length
      const weight = (factorial(size) * factorial(features - size - 1)) / factorial(features)
      sum += weight * (expectations[coalition | (1 << player)] - expectations[coalition])
    }
    return sum
  })
  return [...result, expectations[0]]

  function expect(node: number, coalition: number): number {
    if (feature[node] < 0) return value[node]
    if ((coalition >> feature[node]) & 1) return expect(nextNode(trees, node, row, 0), coalition)
    const [l, r] = [left[node], right[node]]
    return (cover[l] * expect(l, coalition) + cover[r] * expect(r, coalition)) / (cover[l] + cover[r])
  }
}
