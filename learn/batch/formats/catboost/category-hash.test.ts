import assert from 'node:assert/strict'
import { test } from 'node:test'
import { categoryHash } from './category-hash.ts'

/** By the number of bytes of a text; CatBoost 1.2.10 wrote them into a model (cat_features_hash). */
const HASHES: Readonly<Record<number, number>> = {
  0: 797982799,
  1: 3489901818,
  3: 1658113744,
  4: 1153509749,
  7: 3882054305,
  8: 2765861308,
  9: 2287090301,
  16: 2909852171,
  17: 283696918,
  31: 600867803,
  32: 1043621303,
  33: 2967928266,
  48: 1544818771,
  63: 1312909585,
  64: 3938904448,
  65: 1111061456,
  100: 2976393032,
  128: 3852616549,
  129: 29619344,
  192: 1286637843,
  200: 3415609364,
  300: 954422019,
}

test('categories hash as CatBoost hashes them, at every length that CityHash treats in its own way', () => {
  for (const [bytes, hash] of Object.entries(HASHES)) {
    assert.equal(categoryHash(textOf(Number(bytes))) >>> 0, hash, `${bytes} bytes`)
  }
})

test('numbers and booleans hash as their text', () => {
  assert.equal(categoryHash(12), categoryHash('12'))
  assert.equal(categoryHash(-3), categoryHash('-3'))
  assert.equal(categoryHash(true), categoryHash('true'))
})

/** Characters of one and two bytes, as many as fit, filled up with x. */
function textOf(bytes: number): string {
  let text = ''
  let used = 0
  for (const character of 'aé-z0.Ω'.repeat(60)) {
    used += character > '\u007f' ? 2 : 1
    if (used > bytes) return text + 'x'.repeat(bytes - new TextEncoder().encode(text).length)
    text += character
  }
  return text
}
