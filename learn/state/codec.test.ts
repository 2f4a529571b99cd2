import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createStateReader } from './reader.ts'
import { createStateWriter, type StateWriter } from './writer.ts'

const item = fc.oneof(
  fc.record({ kind: fc.constant('u8' as const), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('u32' as const), value: fc.nat(4294967295) }),
  fc.record({ kind: fc.constant('f64' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('str' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({ kind: fc.constant('f64s' as const), value: fc.float64Array() }),
  fc.record({ kind: fc.constant('u32s' as const), value: fc.uint32Array() }),
  fc.record({ kind: fc.constant('i32s' as const), value: fc.int32Array() }),
  fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array() }),
)
type Item = typeof item extends fc.Arbitrary<infer T> ? T : never

function write(
  items: readonly Item[],
  out: StateWriter = createStateWriter({ initialBytes: 1 }),
): ArrayBuffer {
  for (const { kind, value } of items) (out[kind] as (value: unknown) => void)(value)
  return out.finish()
}

test('what is written is read back, at any offset of a larger buffer', () => {
  fc.assert(
    fc.property(fc.array(item), fc.nat(9), (items, offset) => {
      const state = write(items)
      const larger = new Uint8Array(offset + state.byteLength + 3)
      larger.set(new Uint8Array(state), offset)
      const input = createStateReader(larger.buffer, offset, state.byteLength)
      for (const { kind, value } of items) assert.deepEqual(input[kind](), value)
      input.end()
    }),
    { numRuns: 300 },
  )
})

test('a state cut anywhere is refused, never read past its end', () => {
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (items, part) => {
        const state = write(items)
        const cut = Math.floor(part * state.byteLength)
        assert.throws(
          () => {
            const input = createStateReader(state, 0, cut)
            for (const { kind } of items) input[kind]()
          },
          { code: 'CHECKPOINT_CORRUPT' },
        )
      },
    ),
  )
})

test('another type, another length, bytes left over and bytes that are no UTF-8 are refused', () => {
  const corrupt = { code: 'CHECKPOINT_CORRUPT' }
  const two = write([{ kind: 'f64s', value: Float64Array.of(1, 2) }])
  assert.throws(() => createStateReader(two).u32s(), corrupt)
  assert.throws(() => createStateReader(two).f64s(3), corrupt)
  assert.throws(() => createStateReader(two).end(), corrupt)
  assert.throws(() => createStateReader(two, 5, two.byteLength), corrupt)
  assert.throws(() => createStateReader(two, 0, two.byteLength + 1), corrupt)
  const text = new Uint8Array(write([{ kind: 'str', value: 'abc' }]))
  text[text.length - 1] = 0xff
  assert.throws(() => createStateReader(text.buffer).str(), corrupt)
})
