import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { buildSchema, parse, validate } from 'graphql'

const FOLDER = new URL('../../../schema/operations/parity/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
const NAMES = readdirSync(FOLDER)
  .filter(name => name.endsWith('.graphql'))
  .map(name => name.replace('.graphql', ''))
/** Operations of the reference system by router; I12 repeats I2, I14 and B17 let anybody overwrite health, B5 is internal. */
const REFERENCE = { i: 16, b: 20, s: 3 }
const LEFT_OUT = ['i12', 'i14', 'b5', 'b17']

test('every operation of the reference system has its document, but for those that are dropped or internal', () => {
  const wanted = Object.entries(REFERENCE).flatMap(([router, count]) =>
    Array.from({ length: count }, (_, i) => `${router}${i + 1}`),
  )
  const found = NAMES.map(name => name.split('-')[0])
  assert.deepEqual(found.toSorted(), wanted.filter(name => !LEFT_OUT.includes(name)).toSorted())
})

test('every document is valid against the graph', () => {
  const schema = buildSchema(
    readFileSync(new URL('../../../schema/api.generated.graphql', import.meta.url), 'utf8'),
  )
  for (const name of NAMES) assert.deepEqual(validate(schema, parse(read(`${name}.graphql`))), [], name)
})
