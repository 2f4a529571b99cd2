import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildSchema, parse, validate } from 'graphql'
import { eventFragments } from './event-fragments.ts'

const detail = 'type D { x: Int } union PredictionDetail = D'

function fragmentsOf(events: string): string {
  const sdl = `${events} ${detail} type Query { e: Event d: PredictionDetail }`
  const text = eventFragments(sdl)
  const document = parse(`{ e { ...EventFields } d { ...DetailFields } } ${text}`)
  assert.deepEqual(validate(buildSchema(sdl), document), [])
  return text.replaceAll(/\s+/g, ' ')
}

describe('event fragments', () => {
  it('select all fields of all members, objects included', () => {
    const text = fragmentsOf('type A { a: Int b: B } type B { c: [String!]! } union Event = A')
    assert.equal(
      text,
      'fragment EventFields on Event { __typename ... on A { a b { c } } } fragment DetailFields on PredictionDetail { __typename ... on D { x } } ',
    )
  })

  it('give a later field its type as a prefix where the types disagree', () => {
    const text = fragmentsOf(
      'type FooEvent { v: Int! w: Int } type BarEvent { v: Int w: Int } union Event = FooEvent | BarEvent',
    )
    assert.match(text, /on FooEvent \{ v w \} \.\.\. on BarEvent \{ barV: v w \}/)
  })

  it('do so inside objects, and where an object meets a list of objects', () => {
    fragmentsOf('type A { o: P } type B { o: Q } type P { v: Int! } type Q { v: String } union Event = A | B')
    const text = fragmentsOf('type A { o: P } type B { o: [P!]! } type P { v: Int! } union Event = A | B')
    assert.match(text, /on B \{ bO: o \{ v \} \}/)
  })

  it('refuse a schema without the union', () => {
    assert.throws(() => eventFragments('type Query { a: Int }'), /nothing under Event, a union wanted\.$/)
  })
})
