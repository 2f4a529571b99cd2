import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatRows } from './format-rows.ts'

const columns = [
  { name: 'merchant', type: 'VARCHAR' },
  { name: 'n', type: 'BIGINT' },
  { name: 'place', type: 'STRUCT(lat DOUBLE)' },
]

test('rows are a table, numbers to the right, null empty, structs as JSON', () => {
  const text = formatRows(columns, [
    ['shop', 7, { lat: 1.5 }],
    [null, '12345678901234567890', null],
  ])
  assert.deepEqual(text.split('\n'), [
    'merchant                     n  place',
    '────────  ────────────────────  ───────────',
    'shop                         7  {"lat":1.5}',
    '          12345678901234567890',
    '',
  ])
})

test('a result without rows still tells its columns', () => {
  assert.equal(formatRows(columns.slice(0, 1), []), 'merchant\n────────\n')
})

test('what is long is cut, and no value moves the cursor or turns the text around', () => {
  const [, , line = ''] = formatRows(columns.slice(0, 1), [['x'.repeat(500)]]).split('\n')
  assert.equal(line, `${'x'.repeat(47)}…`)
  const text = formatRows(columns.slice(0, 1), [['a\u001b[2Jb\nc\u202ed']])
  assert.match(text, /a\\u001b\[2Jb\\nc\\u202ed\n$/)
})
