import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { buildSchema, findBreakingChanges } from 'graphql'

const RELEASED = new URL('../../schema/released/', import.meta.url)
const CURRENT = new URL('../../schema/api.generated.graphql', import.meta.url)

/** The schema of the newest release that is kept. */
const newest = readdirSync(RELEASED)
  .filter(name => name.endsWith('.graphql'))
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  .at(-1) as string
const schemaOf = (url: URL) => buildSchema(readFileSync(url, 'utf8'), { assumeValid: true })

/** What would break clients of a release: deprecated fields may go, since they were told. */
function breaking(before: string, after: string): string[] {
  const old = buildSchema(before, { assumeValid: true })
  return findBreakingChanges(old, buildSchema(after, { assumeValid: true }))
    .filter(({ description }) => !isDeprecated(old, description))
    .map(({ description }) => description)
}

function isDeprecated(schema: ReturnType<typeof schemaOf>, description: string): boolean {
  const [, typeName = '', fieldName = ''] = /^(\w+)\.(\w+) was removed\.$/.exec(description) ?? []
  const type = schema.getType(typeName)
  return (
    type !== undefined &&
    'getFields' in type &&
    type.getFields()[fieldName]?.astNode?.directives?.some(({ name }) => name.value === 'deprecated') === true
  )
}

test(`nothing that clients of ${newest} use is gone or means something else`, () => {
  assert.deepEqual(
    breaking(readFileSync(new URL(newest, RELEASED), 'utf8'), readFileSync(CURRENT, 'utf8')),
    [],
  )
})

test('a field that goes without having been deprecated would be caught, and one that was would not', () => {
  const before = 'type Query { a: Int b: Int @deprecated(reason: "Use a.") }'
  assert.deepEqual(breaking(before, 'type Query { b: Int }'), ['Query.a was removed.'])
  assert.deepEqual(breaking(before, 'type Query { a: Int }'), [])
  assert.deepEqual(breaking(before, 'type Query { a: String b: Int }'), [
    'Query.a changed type from Int to String.',
  ])
})
