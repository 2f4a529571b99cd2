import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { VectorFile } from './verify-vectors/vector-verifier.ts'
import { VECTOR_KINDS } from './verify-vectors/vector-verifiers.ts'

const FOLDER = join(import.meta.dirname, 'vectors')
const FILES = readdirSync(FOLDER).filter(name => verifierOf(name))

describe('values of independent implementations', () => {
  for (const name of FILES) {
    test(`${name} is computed again`, () => {
      const { divergence, compared } = verify(fileOf(name))
      assert.equal(divergence, null)
      assert.ok(compared > 5)
    })
  }

  test('every kind has a file here', () => {
    const kinds = VECTOR_KINDS.filter(({ verify }) => verify)
    assert.deepEqual(
      kinds.filter(({ pattern }) => !FILES.some(name => pattern.test(name))),
      [],
    )
  })
})

describe('the verification', () => {
  test('names the first value that differs', () => {
    assert.match(divergenceOf('classification_103.json', 'roc', 'fpr'), /^roc\.fpr\[0\] is /)
    assert.match(
      divergenceOf('regression_101.json', 'scores', 'mean_absolute_error'),
      /^scores\.mean_absolute_error is /,
    )
    assert.match(divergenceOf('clustering_102.json', 'inertia'), /^inertia is /)
    assert.match(divergenceOf('features_101.json', 'kendall', '0'), /^kendall\[0\]\[0\] is /)
  })

  test('raw scores of imported models count to the last bit', () => {
    for (const name of ['catboost_ctrtypes_111.vectors.json', 'lightgbm_clf_101.vectors.json']) {
      const file = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))
      const bits = new BigInt64Array(Float64Array.of(file.raw[17]).buffer)
      bits[0]++
      file.raw[17] = new Float64Array(bits.buffer)[0]
      assert.match(verify(fileOf(name, JSON.stringify(file))).divergence ?? '', /^raw\[17\] is /)
    }
  })
})

function fileOf(name: string, text?: string): VectorFile {
  const beside = (other: string) => readFileSync(join(FOLDER, other))
  return { name, bytes: text === undefined ? beside(name) : new TextEncoder().encode(text), beside }
}

function verify(file: VectorFile) {
  const verifier = verifierOf(file.name)
  assert.ok(verifier)
  return verifier(file)
}

function verifierOf(name: string) {
  return VECTOR_KINDS.find(({ pattern }) => pattern.test(name))?.verify
}

/** What is said once the expected value at a path, or the first one below it, is a little larger. */
function divergenceOf(name: string, ...path: string[]): string {
  const file = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))
  let holder = file.expected
  for (const key of path.slice(0, -1)) holder = holder[key]
  let last = path.at(-1) ?? ''
  while (Array.isArray(holder[last])) {
    holder = holder[last]
    last = '0'
  }
  holder[last] += 1e-3
  return verify(fileOf(name, JSON.stringify(file))).divergence ?? 'nothing'
}
