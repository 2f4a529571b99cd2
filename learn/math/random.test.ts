import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createRandom, loadRandom } from './random.ts'

const take = (random: { next(): number }, n: number) => Array.from({ length: n }, () => random.next())

test('equal seeds give equal numbers, different seeds different ones', () => {
  for (const seed of [0, 1, -1, 2 ** 32 + 1, 0.5, '', 'tfd']) {
    assert.deepEqual(take(createRandom(seed), 20), take(createRandom(seed), 20))
  }
  const firsts = new Set([0, 1, 2, 2 ** 32 + 1, -1, '', 'a', 'b'].map(seed => createRandom(seed).next()))
  assert.equal(firsts.size, 8)
})

test('a loaded generator continues the saved one bit for bit', () => {
  const random = createRandom('state')
  take(random, 1001)
  random.normal()
  const out = createStateWriter()
  random.save(out)
  const input = createStateReader(out.finish())
  const loaded = loadRandom(input)
  input.end()
  assert.deepEqual(take(loaded, 100), take(random, 100))
})

test('uniform numbers are uniform and normal ones normal within four standard errors', () => {
  const random = createRandom(7)
  const n = 200_000
  const counts = new Float64Array(16)
  let sum = 0
  let squares = 0
  for (let i = 0; i < n; i++) {
    counts[random.below(16)] += 1
    const z = random.normal()
    sum += z
    squares += z * z
  }
  const tolerance = 4 * Math.sqrt(n * (1 / 16) * (15 / 16))
  for (const count of counts)
    assert.ok(Math.abs(count - n / 16) < tolerance, `${count} of ${n} in one sixteenth.`)
  assert.ok(Math.abs(sum / n) < 4 / Math.sqrt(n))
  assert.ok(Math.abs(squares / n - 1) < 4 * Math.sqrt(2 / n))
})

test('an all-zero state is refused', () => {
  const out = createStateWriter()
  out.u32s(new Uint32Array(4))
  assert.throws(() => loadRandom(createStateReader(out.finish())), { code: 'CHECKPOINT_CORRUPT' })
})
