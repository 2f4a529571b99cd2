import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createRandom } from '../../../math/random.ts'
import { predictAll } from '../../trees/predict-all.ts'
import { randomColumns } from '../../trees/random-trees.ts'
import { readOnnx } from './read-onnx.ts'

const FILE = readFileSync(join(import.meta.dirname, '../../../vectors/catboost_clf_num_101.onnx'))

describe('reading ONNX', () => {
  test('a classifier of two classes has an output for each, the negative one mirrored', () => {
    const { ensemble, postTransform } = readOnnx(FILE)
    assert.equal(postTransform, 'LOGISTIC')
    assert.equal(ensemble.outputs, 2)
    const scores = predictAll(ensemble, randomColumns(ensemble.features, 20, 1), 20)
    for (let row = 0; row < 20; row++) assert.equal(scores[2 * row], -scores[2 * row + 1])
  })

  test('a file that is none, or without trees, is refused', () => {
    assert.throws(() => readOnnx(new Uint8Array(0)), {
      code: 'MODEL_INVALID',
      message: /holds no TreeEnsemble/,
    })
    assert.throws(() => readOnnx(FILE.subarray(0, 1000)), {
      code: 'MODEL_INVALID',
      message: /bytes are wanted at/,
    })
    assert.throws(() => readOnnx(new TextEncoder().encode('{"not": "onnx"}')), { code: 'MODEL_INVALID' })
  })

  test('no change of a file leads to anything but a model or MODEL_INVALID', () => {
    const random = createRandom(4)
    let refusals = 0
    for (let round = 0; round < 60; round++) {
      const bytes = Uint8Array.from(FILE)
      for (let flips = 0; flips < 8; flips++) bytes[random.below(bytes.length)] ^= 1 << random.below(8)
      try {
        readOnnx(bytes)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MODEL_INVALID', (error as Error).stack)
        refusals++
      }
    }
    assert.ok(refusals > 20)
  })
})
