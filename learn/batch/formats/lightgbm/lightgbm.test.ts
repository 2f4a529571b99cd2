import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createRandom } from '../../../math/random.ts'
import { createStateReader } from '../../../state/reader.ts'
import { createStateWriter } from '../../../state/writer.ts'
import { predictAll } from '../../trees/predict-all.ts'
import { randomColumns, randomTrees } from '../../trees/random-trees.ts'
import { lightgbmScorer, loadLightgbmScorer } from './lightgbm-scorer.ts'
import { readLightgbm } from './read-lightgbm.ts'
import { writeLightgbm } from './write-lightgbm.ts'

const TEXT = readFileSync(join(import.meta.dirname, '../../../vectors/lightgbm_multiclass_1.txt'), 'utf8')

describe('reading LightGBM', () => {
  test('each missing type sends missing values and zeros its own way', () => {
    // decision_type: 2 is default left; 0, 4 and 8 are the missing types none, zero and NaN.
    const sides = (decision: number, threshold: string) =>
      [NaN, 0, 1e-36, -9, 9].map(scoreOf(stump(decision, threshold)))
    assert.deepEqual(sides(0, '1'), [1, 1, 1, 1, 5])
    assert.deepEqual(sides(2, '-1'), [5, 5, 5, 1, 5])
    assert.deepEqual(sides(4, '1'), [5, 5, 5, 1, 5])
    assert.deepEqual(sides(6, '-1'), [1, 1, 1, 1, 5])
    assert.deepEqual(sides(8, '1'), [5, 1, 1, 1, 5])
    assert.deepEqual(sides(10, '-1'), [1, 5, 5, 1, 5])
    assert.deepEqual(sides(8, 'inf'), [5, 1, 1, 1, 1])
    assert.deepEqual(sides(10, '-inf'), [1, 5, 5, 5, 5])
  })

  test('what is not read is refused by its name', () => {
    refused(
      text => text.replace('is_linear=0', 'is_linear=1'),
      /tree 0: linear trees \(is_linear\) are not read\.$/,
    )
    refused(text => text.replace('label_index=0', 'average_output\nlabel_index=0'), /random forests/)
    refused(text => text.replace('version=v4', 'version=v2'), /header: its version is "v2", wanted v3 or v4/)
  })

  test('an error says where the file is wrong', () => {
    const wrong: [(text: string) => string, RegExp][] = [
      [() => '', /it begins with "", wanted a line "tree"/],
      [
        text => text.slice(0, 4000),
        /header: the line "end of trees" is missing after \d+ trees, so it was cut off/,
      ],
      [text => text.replace(/Tree=3\n/, ''), /header: tree_sizes names 15 trees, but there are 14/],
      [
        text => text.replace('max_feature_idx=4', 'max_feature_idx=1e9'),
        /"max_feature_idx" holds 1000000000/,
      ],
      [
        text => text.replace('max_feature_idx=4', 'max_feature_idx=5'),
        /"feature_names" holds 5 names, wanted 6/,
      ],
      [
        text => text.replace('num_tree_per_iteration=3', 'num_tree_per_iteration=2'),
        /15 trees are no multiple of 2/,
      ],
      [
        text => text.replace('num_leaves=6', 'num_leaves=4000000'),
        /tree 0: "leaf_value" holds 6 values, wanted 4000000/,
      ],
      [text => text.replace('num_leaves=6', 'num_leaves=5000000'), /wanted whole numbers from 1 to 4194304/],
      [
        text => text.replace(/split_feature=\d/, 'split_feature=7'),
        /"split_feature" holds 7, wanted .* 0 to 4/,
      ],
      [text => text.replace(/threshold=\S+/, 'threshold=nan'), /"threshold" holds "nan", wanted a number/],
      [
        text => text.replace(/leaf_value=\S+/, `leaf_value=${'1'.repeat(65)}`),
        /holds "1{20}", wanted a number/,
      ],
      [text => text.replace(/left_child=\S+/, 'left_child=0'), /tree 0: node 0 has two parents/],
      [text => text.replace(/left_child=\S+/, 'left_child=9'), /"left_child" holds 9/],
      [text => text.replace(/leaf_value=\S+/, 'leaf_value=inf'), /adds Infinity/],
      [text => text.replace(/cat_boundaries=0 \d+/, 'cat_boundaries=0 9'), /"cat_threshold" holds/],
    ]
    for (const [change, message] of wrong) refused(change, message)
  })

  test('a set of categories is there once, however many splits name it, and sets share no words', () => {
    const { ensemble } = readLightgbm(chain({ splits: 200, boundaries: '0 300', words: 300 }))
    assert.equal(ensemble.categorySets.length, 300)
    assert.deepEqual(
      new Set(ensemble.setWords.filter((_, node) => ensemble.feature[node] >= 0)),
      new Set([300]),
    )
    const again = writeLightgbm({ ensemble, featureNames: ['x'], objective: 'regression' })
    assert.equal(readLightgbm(again).ensemble.categorySets.length, 300)
    assert.throws(() => readLightgbm(chain({ splits: 9, boundaries: '0 300 0 300', words: 300 })), {
      code: 'MODEL_INVALID',
      message: /set 1 goes from word 300 to 0/,
    })
  })

  test('no change of a file leads to anything but a model or MODEL_INVALID', () => {
    const random = createRandom(3)
    const bytes = new TextEncoder().encode(TEXT)
    const values = randomColumns(5, 20, 1)
    let refusals = 0
    for (let round = 0; round < 600; round++) {
      const changed = bytes.slice(0, round % 5 === 0 ? random.below(bytes.length) : bytes.length)
      for (let flips = 0; flips < 1 + (round % 3); flips++)
        changed[random.below(changed.length)] ^= 1 << random.below(7)
      try {
        const { ensemble } = readLightgbm(new TextDecoder().decode(changed))
        if (ensemble.features === 5) predictAll(ensemble, values, 20)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MODEL_INVALID', (error as Error).stack)
        refusals++
      }
    }
    assert.ok(refusals > 200)
  })
})

describe('writing LightGBM', () => {
  test('a written model reads back with the same scores, bit for bit: categories, missing values and bias included', () => {
    for (const outputs of [1, 3]) {
      for (const trees of [0, 9]) {
        const ensemble = randomTrees({ seed: trees + outputs, trees, outputs })
        const text = writeLightgbm({
          ensemble,
          featureNames: ['a b', 'c', 'd', 'e', 'f', 'g'],
          objective: 'regression',
        })
        const model = readLightgbm(text)
        const columns = randomColumns(ensemble.features, 300, 2)
        assert.deepEqual(predictAll(model.ensemble, columns, 300), predictAll(ensemble, columns, 300))
        assert.equal(model.featureNames[0], 'a_b')
      }
    }
  })

  test('a model of LightGBM survives being read and written', () => {
    const model = readLightgbm(TEXT)
    const again = readLightgbm(writeLightgbm(model))
    assert.deepEqual(again.zeroIsMissing, model.zeroIsMissing)
    assert.equal(again.objective, model.objective)
    const values = randomColumns(5, 100, 3)
    const data = { rows: 100, columns: lightgbmScorer(model).columns, values }
    assert.deepEqual(lightgbmScorer(again).rawAll(data), lightgbmScorer(model).rawAll(data))
    assert.deepEqual(
      lightgbmScorer(again).contributions(row(values)),
      lightgbmScorer(model).contributions(row(values)),
    )
  })
})

describe('the scorer of a LightGBM model', () => {
  test('its nominal columns are those with categorical splits, a code being LightGBM`s integer', () => {
    const { columns } = lightgbmScorer(readLightgbm(TEXT))
    assert.deepEqual(
      columns.map(({ kind }) => kind),
      ['numeric', 'numeric', 'numeric', 'nominal', 'numeric'],
    )
    assert.deepEqual(columns[3].categories?.slice(0, 3), [0, 1, 2])
  })

  test('saved and loaded it says the same', () => {
    const scorer = lightgbmScorer(readLightgbm(TEXT))
    const out = createStateWriter()
    scorer.save(out)
    const loaded = loadLightgbmScorer(createStateReader(out.finish()))
    const values = randomColumns(5, 100, 3)
    const data = { rows: 100, columns: scorer.columns, values }
    assert.deepEqual(loaded.rawAll(data), scorer.rawAll(data))
    assert.deepEqual(loaded.contributions(row(values), 2), scorer.contributions(row(values), 2))
  })

  test('columns of another number are refused', () => {
    const column = { name: 'a', kind: 'numeric' } as const
    assert.throws(() => lightgbmScorer(readLightgbm(TEXT), [column]), {
      code: 'MODEL_INVALID',
      message: /5 features/,
    })
  })
})

function refused(change: (text: string) => string, message: RegExp): void {
  assert.throws(() => readLightgbm(change(TEXT)), { code: 'MODEL_INVALID', message })
}

function row(columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from(columns, column => column[0])
}

/** One split over two leaves that add 1 and 5. */
function stump(decision: number, threshold: string): string {
  return `tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=0
objective=regression
feature_names=x
tree_sizes=1

Tree=0
num_leaves=2
num_cat=0
split_feature=0
threshold=${threshold}
decision_type=${decision}
left_child=-1
right_child=-2
leaf_value=1 5
leaf_count=3 4
internal_count=7
is_linear=0

end of trees
`
}

/** Categorical splits in a chain, all by the first set. */
function chain({ splits, boundaries, words }: { splits: number; boundaries: string; words: number }): string {
  const each = (of: (i: number) => number, length = splits) =>
    Array.from({ length }, (_, i) => of(i)).join(' ')
  return `tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=0
objective=regression
feature_names=x

Tree=0
num_leaves=${splits + 1}
num_cat=${boundaries.split(' ').length - 1}
split_feature=${each(() => 0)}
threshold=${each(() => 0)}
decision_type=${each(() => 1)}
left_child=${each(i => ~i)}
right_child=${each(i => (i + 1 < splits ? i + 1 : ~splits))}
leaf_value=${each(() => 0, splits + 1)}
leaf_count=${each(() => 1, splits + 1)}
internal_count=${each(() => 2)}
cat_boundaries=${boundaries}
cat_threshold=${each(i => i, words)}

end of trees
`
}

function scoreOf(text: string): (value: number) => number {
  const scorer = lightgbmScorer(readLightgbm(text))
  const out = new Float64Array(1)
  return value => {
    scorer.raw(Float64Array.of(value), out)
    return out[0]
  }
}
