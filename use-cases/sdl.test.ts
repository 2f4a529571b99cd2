import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLUnionType,
  buildSchema,
  isInputObjectType,
  isObjectType,
} from 'graphql'
import { useCases } from './index.ts'
import { useCaseSdl } from './sdl.ts'

const sdl = useCaseSdl(useCases)
const schema = buildSchema(`
  scalar DateTime
  directive @shareable on OBJECT | FIELD_DEFINITION
  type Query { event(where: EventFilter, input: EventInput, useCase: UseCaseId): Event, detail: PredictionDetail }
  ${sdl}
`)

function fieldsOf(name: string): Record<string, string> {
  const type = schema.getType(name)
  assert.ok(isObjectType(type) || isInputObjectType(type), name)
  return Object.fromEntries(Object.values(type.getFields()).map(field => [field.name, String(field.type)]))
}

test('ids, unions and @oneOf inputs have one member per use case', () => {
  const ids = schema.getType('UseCaseId') as GraphQLEnumType
  assert.deepEqual(
    ids.getValues().map(({ name }) => name),
    useCases.map(({ id }) => id),
  )
  const members = (name: string) => (schema.getType(name) as GraphQLUnionType).getTypes().map(String)
  assert.deepEqual(members('Event'), ['TfdEvent', 'EtaEvent', 'EcciEvent'])
  assert.deepEqual(members('PredictionDetail'), ['TfdDetail', 'EtaDetail', 'EcciDetail'])
  for (const name of ['EventInput', 'EventFilter']) {
    assert.ok((schema.getType(name) as GraphQLInputObjectType).isOneOf)
    assert.deepEqual(Object.keys(fieldsOf(name)), ['tfd', 'eta', 'ecci'])
  }
})

test('an event type has every declared field in camelCase, null where it may be missing', () => {
  const tfd = fieldsOf('TfdEvent')
  assert.equal(Object.keys(tfd).length, 17)
  assert.deepEqual(
    [
      tfd['transactionId'],
      tfd['timestamp'],
      tfd['amount'],
      tfd['location'],
      tfd['accountAgeDays'],
      tfd['isFraud'],
    ],
    ['ID!', 'DateTime!', 'Float!', 'TfdLocation!', 'Int!', 'Int'],
  )
  assert.equal(fieldsOf('EcciEvent')['quantity'], 'Int')
  assert.equal(fieldsOf('EtaEvent')['debugTrafficFactor'], 'Float')
  assert.deepEqual(fieldsOf('TfdLocation'), { lat: 'Float!', lon: 'Float!' })
})

test('an input needs neither id nor time: they default to a new one and now', () => {
  const input = fieldsOf('TfdEventInput')
  assert.deepEqual(
    [input['transactionId'], input['timestamp'], input['amount'], input['location'], input['isFraud']],
    ['ID', 'DateTime', 'Float!', 'TfdLocationInput!', 'Int'],
  )
})

test('a filter has a fitting comparison per field, a score range, and flagged where predictions are flagged', () => {
  const filter = fieldsOf('TfdFilter')
  assert.deepEqual(
    [
      filter['amount'],
      filter['merchantId'],
      filter['cvvProvided'],
      filter['location'],
      filter['score'],
      filter['flagged'],
    ],
    ['FloatFilter', 'TextFilter', 'BooleanFilter', 'TfdLocationFilter', 'FloatFilter', 'Boolean'],
  )
  assert.equal(fieldsOf('EtaFilter')['flagged'], undefined)
})

test('details follow from the task, and their names from the group', () => {
  assert.deepEqual(fieldsOf('TfdDetail'), {
    flagged: 'Boolean!',
    threshold: 'Float!',
    policy: 'DecisionPolicy!',
  })
  assert.deepEqual(fieldsOf('EtaDetail'), {
    expectedError: 'Float',
    low: 'Float',
    high: 'Float',
    coverage: 'Float',
  })
  assert.deepEqual(fieldsOf('EcciDetail'), { cluster: 'Int!', sessionId: 'String!', sessionEvents: 'Int!' })
})

test('every type and field is described, and every object type is shareable', () => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || ['Query', 'DateTime'].includes(type.name) || !type.astNode) continue
    assert.ok(type.description, type.name)
    if (type instanceof GraphQLObjectType || type instanceof GraphQLInputObjectType) {
      for (const field of Object.values(type.getFields())) {
        const isOperator =
          type.name.endsWith('Filter') &&
          !(String(field.type) in schema.getTypeMap() && field.name.length > 3)
        assert.ok(field.description || isOperator, `${type.name}.${field.name}`)
      }
    }
    if (type instanceof GraphQLObjectType) {
      assert.ok(
        type.astNode?.directives?.some(({ name }) => name.value === 'shareable'),
        type.name,
      )
    }
  }
})

test('units are part of the description', () => {
  const { distance } = {
    distance: (schema.getType('EtaEvent') as GraphQLObjectType).getFields()['estimatedDistanceKm'],
  }
  assert.match(distance?.description ?? '', /Unit: kilometres\./)
  assert.ok(distance?.type instanceof GraphQLNonNull)
})
