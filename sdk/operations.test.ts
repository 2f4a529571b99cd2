import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { buildSchema, Kind, parse, validate } from 'graphql'
import * as generated from './operations.generated.ts'

const sdl = readFileSync(new URL('../schema/api.generated.graphql', import.meta.url), 'utf8')
const schema = buildSchema(sdl, { assumeValidSDL: true })
const documents = Object.entries(generated).flatMap(([name, value]) =>
  typeof value === 'string' ? [{ name, document: parse(value) }] : [],
)

describe('generated operations', () => {
  it('fit the schema, each as one document', () => {
    assert.ok(documents.length > 20)
    for (const { name, document } of documents) assert.deepEqual(validate(schema, document), [], name)
  })

  it('reach every root field of the graph', () => {
    const used = documents.flatMap(({ document }) =>
      document.definitions.flatMap(definition =>
        definition.kind === Kind.OPERATION_DEFINITION
          ? definition.selectionSet.selections.map(
              field => `${definition.operation} ${field.kind === Kind.FIELD && field.name.value}`,
            )
          : [],
      ),
    )
    const wanted = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
      type => Object.keys(type?.getFields() ?? {}).map(field => `${type?.name.toLowerCase()} ${field}`),
    )
    assert.deepEqual(new Set(used), new Set(wanted))
  })
})
