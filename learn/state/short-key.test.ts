import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortKey } from './short-key.ts'

test('a text of usual length stands for itself', () => {
  for (const text of ['', 'merchant_7', '__proto__', '💥 \n"\u0000', 'x'.repeat(128)]) {
    assert.equal(shortKey(text), text)
  }
})

test('a long text becomes a short one that differs where the text does', () => {
  const long = 'x'.repeat(100_000)
  const keys = [long, `${long}x`, `${long.slice(1)}y`, `y${long.slice(1)}`, `${long.slice(2)}yx`].map(
    shortKey,
  )
  assert.equal(new Set(keys).size, keys.length)
  for (const key of keys) assert.ok(key.length < 128)
  assert.equal(shortKey(`${'x'.repeat(50_000)}${'x'.repeat(50_000)}`), keys[0])
})

test('a key is the same after it was written as UTF-8', () => {
  for (const text of ['\ud800', 'a\udc00b', `${'x'.repeat(63)}💥${'x'.repeat(100)}`, '\ud800'.repeat(500)]) {
    const key = shortKey(text)
    assert.equal(new TextDecoder().decode(new TextEncoder().encode(key)), key)
  }
})
