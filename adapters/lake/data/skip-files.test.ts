import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Column, Condition, DataFile, FileStats } from '#ports/lake.ts'
import { decodeStats, encodeStats } from '../log/file-stats.ts'
import { compareUtf8 } from './comparable.ts'
import { filesMatching } from './skip-files.ts'

const columns: readonly Column[] = [
  { name: 'text', type: 'string', nullable: true },
  { name: 'real', type: 'double', nullable: true },
  { name: 'whole', type: 'long', nullable: true },
  { name: 'at', type: 'timestamp', nullable: true },
  {
    name: 's',
    type: { type: 'struct', fields: [{ name: 'n', type: 'integer', nullable: true }] },
    nullable: true,
  },
  { name: 'day', type: 'date', nullable: true },
]
const NAMES = ['text', 'real', 'whole', 'at', 's.n', 'day'] as const

type Value = string | number | null
type Row = Readonly<Record<(typeof NAMES)[number], Value>>

const day = fc.integer({ min: 0, max: 9 }).map(n => `2026-01-0${n === 0 ? 1 : n}`)
const instant = fc
  .tuple(fc.integer({ min: 0, max: 5000 }), fc.constantFrom('', '123', '999'))
  .map(([ms, micros]) => new Date(ms).toISOString().replace('Z', `${micros}Z`))
const values = {
  text: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.string({ unit: 'grapheme', minLength: 30, maxLength: 40 }),
  ),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }),
  whole: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.maxSafeInteger()),
  at: instant,
  's.n': fc.integer({ min: -5, max: 5 }),
  day,
}
const row = fc.record(
  Object.fromEntries(
    NAMES.map(name => [name, fc.option(values[name] as fc.Arbitrary<Value>, { freq: 4 })]),
  ) as Record<(typeof NAMES)[number], fc.Arbitrary<Value>>,
)
const condition = fc.constantFrom(...NAMES).chain(column =>
  fc
    .oneof(
      fc.record({
        op: fc.constantFrom('=', '<', '<=', '>', '>=' as const),
        value: values[column] as fc.Arbitrary<string | number>,
      }),
      fc.record({
        op: fc.constant('in' as const),
        value: fc.array(values[column] as fc.Arbitrary<string | number>, { maxLength: 3 }),
      }),
    )
    .map(rest => ({ column, ...rest }) as Condition),
)

test('no file is skipped that holds a row for which all conditions are true, through the statistics of the log', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
      fc.array(condition, { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      (contents, conditions, partitioned) => {
        const files = contents.map((rows, index) => fileOf(index, rows, partitioned))
        const kept = new Set(filesMatching(files, conditions, columns).map(({ path }) => path))
        for (const [index, rows] of contents.entries()) {
          const held = partitioned ? rows.map(each => ({ ...each, day: rows[0]?.day ?? null })) : rows
          if (held.some(each => conditions.every(test => holds(each, test))))
            assert.ok(kept.has(String(index)))
        }
      },
    ),
    { numRuns: 500, seed: 7 },
  )
})

test('files are skipped whose bounds, partition or nulls exclude every row', () => {
  const files = [1, 2, 3].map(n =>
    fileOf(
      n,
      [5, 9].map(rest => ({
        text: `t${n}${rest}`,
        real: n + rest / 10,
        whole: 10 * n + rest,
        at: `2026-01-0${n}T0${rest}:00:00.000Z`,
        's.n': null,
        day: `2026-01-0${n}`,
      })),
      true,
    ),
  )
  const kept = (column: string, op: Condition['op'], value: Condition['value']) =>
    filesMatching(files, [{ column, op, value }], columns).map(({ path }) => Number(path))
  assert.deepEqual(kept('day', '=', '2026-01-02'), [2])
  assert.deepEqual(kept('day', 'in', ['2026-01-01', '2026-01-03']), [1, 3])
  assert.deepEqual(kept('text', '>', 't29'), [3])
  assert.deepEqual(kept('text', '>=', 't29'), [2, 3])
  assert.deepEqual(kept('real', '<', 1.5), [])
  assert.deepEqual(kept('real', '<=', 1.5), [1])
  assert.deepEqual(kept('whole', '=', 22), [])
  assert.deepEqual(kept('whole', '=', '27'), [2])
  assert.deepEqual(kept('at', '<', '2026-01-02T00:00:00Z'), [1])
  assert.deepEqual(kept('at', '<', '2026-01-02T04:00:00+01:00'), [1])
  assert.deepEqual(kept('s.n', '=', 1), [])
  assert.deepEqual(kept('whole', 'in', []), [])
})

test('what is not understood excludes nothing', () => {
  const file = fileOf(
    0,
    [{ text: 'a', real: 1, whole: 1, at: '2026-01-01T00:00:00Z', 's.n': 1, day: '2026-01-01' }],
    false,
  )
  const bare = { ...file, stats: null }
  const unclear: Condition[] = [
    { column: 'other', op: '=', value: 1 },
    { column: 'text', op: '=', value: 5 },
    { column: 'at', op: '<', value: 'yesterday' },
    { column: 'at', op: '<', value: '2020-01-01T00:00:00' },
    { column: 'real', op: '=', value: 'NaN' },
  ]
  for (const each of unclear)
    assert.equal(filesMatching([file], [each], columns).length, 1, JSON.stringify(each))
  assert.equal(filesMatching([bare], [{ column: 'whole', op: '=', value: 9 }], columns).length, 1)
})

/** As the log gives it back: bounds are cut, and may be wider than the values. */
const fileOf = (index: number, rows: readonly Row[], partitioned: boolean): DataFile => {
  const min: Record<string, string | number> = {}
  const max: Record<string, string | number> = {}
  const nullCount: Record<string, number> = {}
  for (const name of NAMES) {
    if (partitioned && name === 'day') continue
    const present = rows.flatMap(each => each[name] ?? []).sort(order)
    nullCount[name] = rows.length - present.length
    if (present.length === 0) continue
    min[name] = present[0] as Value & {}
    max[name] = present.at(-1) as Value & {}
  }
  const stats: FileStats = { rowCount: rows.length, min, max, nullCount }
  const add = {
    path: String(index),
    partitionValues: {},
    size: 1,
    modificationTime: 0,
    dataChange: true,
    stats: encodeStats(stats, columns),
  }
  return {
    path: String(index),
    sizeBytes: 1,
    modifiedAt: 0,
    partition: partitioned ? { day: (rows[0]?.day ?? null) as string | null } : {},
    stats: decodeStats(add, columns),
  }
}

/** Instants of this test have equal digits to the second; a missing fraction counts as zeros. */
const order = (a: string | number, b: string | number): number => {
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(comparable(a), comparable(b))
  return Number(a) - Number(b)
}

const comparable = (text: string): string =>
  /^\d{4}-\d\d-\d\dT/.test(text) ? text.replace('Z', '').padEnd(26, '0') : text

const holds = (each: Row, { column, op, value }: Condition): boolean => {
  const own = each[column as keyof Row]
  if (own === null) return false
  if (op === 'in') return (value as readonly (string | number)[]).some(other => order(own, other) === 0)
  const compared = order(own, value as string | number)
  return {
    '=': compared === 0,
    '<': compared < 0,
    '<=': compared <= 0,
    '>': compared > 0,
    '>=': compared >= 0,
  }[op]
}
