import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createPythonRandom, loadPythonRandom, type PythonRandom } from './python-random.ts'

function stateOf(random: PythonRandom): ArrayBuffer {
  const out = createStateWriter()
  random.save(out)
  return out.finish()
}

function sampled(random: PythonRandom, n: number, k: number): number[] {
  const out = new Int32Array(k)
  random.sample(n, k, out)
  return [...out]
}

test('seeds and bounds beyond 32 bits draw what CPython draws', () => {
  const random = createPythonRandom(2 ** 40 + 5)
  const bound = 2 ** 40
  assert.deepEqual(
    [0, 1, 2].map(() => random.randbelow(bound)),
    [64105765088, 102613415019, 172509342378],
  )
  assert.deepEqual(sampled(random, 1e6, 6), [835207, 855995, 140361, 250583, 973909, 685254])
  assert.ok(Math.abs(random.gauss(2, 3) - 1.1237530900028068) < 1e-14)
  assert.ok(Math.abs(random.gauss(1, 1) - 0.3045417223185678) < 1e-14)
  assert.deepEqual(sampled(random, 23, 6), [12, 3, 17, 7, 14, 1])
  assert.deepEqual(sampled(random, 100, 3), [14, 54, 5])
})

test('a negative seed draws what its absolute value draws, as in CPython', () => {
  assert.equal(createPythonRandom(-7).random(), createPythonRandom(7).random())
})

test('a loaded generator continues, the cached normal included', () => {
  const random = createPythonRandom(3)
  for (let i = 0; i < 1000; i++) random.random()
  random.gauss(0, 1)
  const copy = loadPythonRandom(createStateReader(stateOf(random)))
  for (let i = 0; i < 700; i++) assert.equal(copy.gauss(0, 1), random.gauss(0, 1))
  assert.deepEqual(new Uint8Array(stateOf(copy)), new Uint8Array(stateOf(random)))
})

test('a seed that is no integer and a state that cannot be are refused', () => {
  assert.throws(() => createPythonRandom(1.5), { code: 'INVALID_PARAMETER' })
  const out = createStateWriter()
  out.u32s(new Uint32Array(624))
  out.u32(0)
  out.f64(Number.NaN)
  assert.throws(() => loadPythonRandom(createStateReader(out.finish())), { code: 'CHECKPOINT_CORRUPT' })
})
