import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { requireBatchPeers } from '#engines/install-batch-peers.ts'
import { writeLightgbm } from '#learn/batch/formats/lightgbm/write-lightgbm.ts'
import { predictAll } from '#learn/batch/trees/predict-all.ts'
import { randomColumns, randomTrees } from '#learn/batch/trees/random-trees.ts'
import { treeShap } from '#learn/batch/trees/tree-shap.ts'

const run = promisify(execFile)
const ROWS = 300

describe('a model in LightGBM`s text format', () => {
  let python: string
  let folder: string
  before(async () => {
    python = await requireBatchPeers()
    folder = await mkdtemp(join(tmpdir(), 'lightgbm-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  for (const [outputs, trees] of [
    [1, 9],
    [3, 12],
    [1, 0],
  ] as const) {
    test(`${trees} trees of ours with ${outputs} outputs score the same in LightGBM, bit for bit: categories, missing values and bias included`, async () => {
      const ensemble = randomTrees({ seed: 10 + trees, trees, outputs, depth: 7 })
      const columns = randomColumns(ensemble.features, ROWS, trees)
      const rows = Array.from({ length: ROWS }, (_, row) => columns.map(column => column[row] ?? NaN))
      const objective = outputs === 1 ? 'binary sigmoid:1' : `multiclass num_class:${outputs}`
      const model = join(folder, `${trees}.txt`)
      const data = join(folder, `${trees}.json`)
      await writeFile(
        model,
        writeLightgbm({ ensemble, featureNames: ['a b', 'ü', 'c', 'd', 'e', 'f'], objective }),
      )
      // NaN becomes null.
      await writeFile(data, JSON.stringify(rows))
      const script = join(import.meta.dirname, 'lightgbm-scores.py')
      const { stdout } = await run(python, [script, model, data], { maxBuffer: 2 ** 26 })
      const { version, raw, shap } = JSON.parse(stdout)
      assert.equal(version, '4.7.0')
      assert.deepEqual(Float64Array.from(raw), predictAll(ensemble, columns, ROWS))
      const own = rows.flatMap(row =>
        Array.from({ length: outputs }, (_, output) => [
          ...treeShap(ensemble, Float64Array.from(row), output),
        ]).flat(),
      )
      assert.equal(own.length, shap.length)
      for (const [i, value] of own.entries())
        assert.ok(Math.abs(value - shap[i]) <= 1e-9, `${i}: ${value}, ${shap[i]}`)
    })
  }
})
