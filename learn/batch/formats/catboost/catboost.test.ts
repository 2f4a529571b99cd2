import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createRandom } from '../../../math/random.ts'
import { createStateReader } from '../../../state/reader.ts'
import { createStateWriter } from '../../../state/writer.ts'
import type { BatchColumn, Dataset } from '../../dataset.ts'
import { catboostScorer, loadCatboostScorer } from './catboost-scorer.ts'
import { readCatboost } from './read-catboost.ts'

const VECTORS = join(import.meta.dirname, '../../../vectors')
const CTRS = readFileSync(join(VECTORS, 'catboost_ctrtypes_111.model.json'), 'utf8')
const CLASSES = readFileSync(join(VECTORS, 'catboost_multiclass_1.model.json'), 'utf8')
const COLUMNS: BatchColumn[] = [
  { name: 'a', kind: 'numeric' },
  { name: 'b', kind: 'numeric' },
  { name: 'c', kind: 'nominal', categories: ['c0', 'c1', 'c2', 'c3', 'c4'] },
  { name: 'd', kind: 'nominal', categories: ['0', 'éa long category 1', 'unknown to the model'] },
  { name: 'e', kind: 'nominal', categories: [-1, 0, 4] },
]

describe('reading CatBoost', () => {
  test('what is not read is refused by its name', () => {
    refused(file => {
      file['trees'] = file['oblivious_trees']
      delete file['oblivious_trees']
    }, /non-symmetric trees .*not read\.$/)
    refused(file => {
      file['features_info'].text_features = [{}]
    }, /has text_features/)
    refused(file => {
      file['features_info'].ctrs[0].ctr_type = 'Histogram'
    }, /ctrs\[0\] has the type "Histogram", wanted one of Borders/)
  })

  test('an error says where the file is wrong', () => {
    const wrong: [(file: Json) => void, RegExp][] = [
      [file => delete file['features_info'], /the file has no "features_info"/],
      [file => delete file['scale_and_bias'], /the file has no "scale_and_bias"/],
      [file => (file['scale_and_bias'] = [1]), /scale_and_bias is too short/],
      [
        file => (file['oblivious_trees'][1].leaf_values[0] = '7'),
        /oblivious_trees\[1\]\.leaf_values holds "7" at 0/,
      ],
      [
        file => file['oblivious_trees'][1].leaf_values.pop(),
        /oblivious_trees\[1\] has \d+ leaf_values, wanted/,
      ],
      [
        file => (file['oblivious_trees'][0].splits[0].border = 1e9),
        /splits\[0\] splits at 1000000000, which is no border/,
      ],
      [
        file => (file['oblivious_trees'][0].splits = Array.from({ length: 40 }, () => ({}))),
        /has 40 splits, wanted at most 16/,
      ],
      [
        file => (file['features_info'].float_features[0].flat_feature_index = 1e12),
        /wanted a whole number from 0 to 999999/,
      ],
      [
        file => file['features_info'].float_features[0].borders.reverse(),
        /borders of float feature 0 do not ascend/,
      ],
      [
        file => (file['features_info'].float_features[1].flat_feature_index = 0),
        /two features lie in the same column/,
      ],
      [file => (file['ctr_data'] = {}), /which ctr_data lacks/],
      [file => (first(file['ctr_data']).hash_map[0] = '-1'), /wanted a 64-bit number/],
      [file => first(file['ctr_data']).hash_map.pop(), /no multiple of/],
      [file => (first(file['ctr_data']).hash_stride = 1), /hash_stride is 1, wanted/],
    ]
    for (const [change, message] of wrong) refused(change, message)
    assert.throws(() => readCatboost('{'), { code: 'MODEL_INVALID', message: /it is not JSON/ })
    assert.throws(() => readCatboost(7), { code: 'MODEL_INVALID' })
  })

  test('no change of a file leads to anything but a model or MODEL_INVALID', () => {
    const random = createRandom(5)
    let refusals = 0
    for (let round = 0; round < 600; round++) {
      const text = round % 2 === 0 ? flipped(CLASSES, random.below) : mutated(CLASSES, random.below)
      try {
        const model = readCatboost(text)
        if (model.width <= COLUMNS.length) scores(catboostScorer(model, COLUMNS))
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MODEL_INVALID', (error as Error).stack)
        refusals++
      }
    }
    assert.ok(refusals > 100)
  })
})

describe('the scorer of a CatBoost model', () => {
  test('saved and loaded it says the same, contributions and importances included', () => {
    for (const text of [CTRS, CLASSES]) {
      const model = readCatboost(text)
      const columns = text === CLASSES ? COLUMNS : columnsOf(model.width, model.categoricals)
      const scorer = catboostScorer(model, columns)
      const loaded = loadCatboostScorer(createStateReader(saved(scorer)))
      assert.deepEqual(loaded.columns, columns)
      assert.deepEqual(scores(loaded), scores(scorer))
      assert.deepEqual(loaded.importances(), scorer.importances())
    }
  })

  test('codes stand for the texts of categories; missing and unknown ones for texts of their own', () => {
    const scorer = catboostScorer(readCatboost(CLASSES), COLUMNS)
    const renamed = COLUMNS.with(4, { name: 'e', kind: 'nominal', categories: [4, '0', -1, 'nan'] })
    const other = catboostScorer(readCatboost(CLASSES), renamed)
    const raw = (of: typeof scorer, code: number) =>
      [-1, 0, 1].flatMap(a =>
        [0, 1, 2].flatMap(d => {
          const out = new Float64Array(3)
          of.raw(Float64Array.of(a, NaN, 0, d, code), out)
          return [...out]
        }),
      )
    assert.deepEqual(raw(scorer, 0), raw(other, 2))
    assert.deepEqual(raw(scorer, 1), raw(other, 1))
    assert.deepEqual(raw(scorer, 2), raw(other, 0))
    assert.deepEqual(raw(scorer, -1), raw(other, 3))
    assert.deepEqual(raw(scorer, 3), raw(other, 4))
    assert.ok(new Set([0, 1, 2].map(code => raw(scorer, code).join())).size > 1)
  })

  test('a missing number goes where the model says', () => {
    const raw = (b: number, treatment: string) => {
      const file = JSON.parse(CLASSES)
      file.features_info.float_features[1].nan_value_treatment = treatment
      const out = new Float64Array(3)
      catboostScorer(readCatboost(file), COLUMNS).raw(Float64Array.of(0, b, 0, 0, 0), out)
      return out
    }
    assert.deepEqual(raw(NaN, 'AsTrue'), raw(1e30, 'AsTrue'))
    assert.deepEqual(raw(NaN, 'AsFalse'), raw(-1e30, 'AsFalse'))
    assert.deepEqual(raw(NaN, 'AsIs'), raw(-1e30, 'AsIs'))
    assert.notDeepEqual(raw(1e30, 'AsIs'), raw(-1e30, 'AsIs'))
  })

  test('columns that are not those of the model are refused', () => {
    const model = readCatboost(CLASSES)
    assert.throws(() => catboostScorer(model, COLUMNS.slice(1)), {
      code: 'MODEL_INVALID',
      message: /4 are given/,
    })
    const nominal = COLUMNS.with(0, { name: 'a', kind: 'nominal', categories: ['x'] })
    assert.throws(() => catboostScorer(model, nominal), {
      code: 'MODEL_INVALID',
      message: /Column "a" is nominal/,
    })
  })

  test('a saved model with flipped bits is refused or still ends', () => {
    const state = saved(catboostScorer(readCatboost(CLASSES), COLUMNS))
    const random = createRandom(2)
    for (let round = 0; round < 400; round++) {
      const bytes = new Uint8Array(state.slice(0))
      bytes[random.below(bytes.length)] ^= 1 << random.below(8)
      try {
        const scorer = loadCatboostScorer(createStateReader(bytes.buffer))
        if (scorer.columns.length === COLUMNS.length) scores(scorer)
      } catch (error) {
        assert.match(
          (error as { code?: string }).code ?? '',
          /^(MODEL|CHECKPOINT)_CORRUPT$/,
          (error as Error).stack,
        )
      }
    }
  })
})

type Json = ReturnType<typeof JSON.parse>

function refused(change: (file: Json) => unknown, message: RegExp): void {
  const file = JSON.parse(CTRS)
  change(file)
  assert.throws(() => readCatboost(file), { code: 'MODEL_INVALID', message })
}

function first(record: Json): Json {
  return Object.values(record)[0]
}

function flipped(text: string, below: (bound: number) => number): string {
  const bytes = new TextEncoder().encode(text)
  bytes[below(bytes.length)] ^= 1 << below(7)
  return new TextDecoder().decode(below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes)
}

/** Replaces one value somewhere in the file. */
function mutated(text: string, below: (bound: number) => number): string {
  const file = JSON.parse(text)
  let holder = file
  for (;;) {
    const keys = Object.keys(holder)
    const key = keys[below(keys.length)]
    if (key === undefined) return text
    if (typeof holder[key] === 'object' && holder[key] !== null && below(8) > 0) {
      holder = holder[key]
      continue
    }
    const odd = [
      null,
      -1,
      0.5,
      1e300,
      2 ** 31,
      2 ** 40,
      '',
      'x',
      [],
      {},
      true,
      [[]],
      '99999999999999999999999',
    ]
    holder[key] = odd[below(odd.length)]
    return JSON.stringify(file)
  }
}

function columnsOf(width: number, categoricals: Int32Array): BatchColumn[] {
  return Array.from({ length: width }, (_, i) => {
    const name = `column ${i}`
    if (!categoricals.includes(i)) return { name, kind: 'numeric' }
    return { name, kind: 'nominal', categories: [0, 1, 'c1', 'c2', '5', 'prod_41é'] }
  })
}

function saved(scorer: ReturnType<typeof catboostScorer>): ArrayBuffer {
  const out = createStateWriter()
  scorer.save(out)
  return out.finish()
}

/** Raw scores of some rows, and the contributions of the first. */
function scores(scorer: ReturnType<typeof catboostScorer>) {
  const random = createRandom(1)
  const rows = 30
  const values = scorer.columns.map(column =>
    column.kind === 'numeric'
      ? Float64Array.from({ length: rows }, () => (random.below(5) === 0 ? NaN : random.normal()))
      : Int32Array.from({ length: rows }, () => random.below((column.categories?.length ?? 0) + 2) - 1),
  )
  const data: Dataset = { rows, columns: scorer.columns, values }
  const row = Float64Array.from(values, column => column[0])
  return { raw: scorer.rawAll(data), contributions: scorer.contributions(row) }
}
