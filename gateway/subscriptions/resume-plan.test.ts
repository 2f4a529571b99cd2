import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildSchema, parse, print, validate } from 'graphql'
import { planResume } from './resume-plan.ts'

const schema = buildSchema(`
  type Query { a: Int }
  type Subscription {
    events(kind: Kind, sample: Float = 1, resumeFrom: String): Event!
    strict(resumeFrom: Position!): Event!
    passing(kind: Kind): Event!
  }
  scalar Position
  enum Kind { A B }
  type Event { id: ID! nested(sample: Float): Event }
`)
const plan = (query: string) => planResume({ query, schema })
const spelled = (query: string) => print(parse(query))

describe('the plan of a resumption', () => {
  for (const [name, query, resumed, variableNames] of [
    [
      'adds the argument where there is none',
      'subscription { events(kind: A) { id } }',
      'subscription ($gatewayResumeFrom: String) { events(kind: A, resumeFrom: $gatewayResumeFrom) { id } }',
      [],
    ],
    [
      "takes the place of the client's own, and of its variable",
      'subscription Own($from: String, $kind: Kind) { e: events(kind: $kind, resumeFrom: $from) { id } }',
      'subscription Own($kind: Kind, $gatewayResumeFrom: String) { e: events(kind: $kind, resumeFrom: $gatewayResumeFrom) { id } }',
      ['kind'],
    ],
    [
      'keeps a variable that something else uses, with its default',
      'subscription ($s: Float = 0.5) { events(sample: $s, resumeFrom: "x") { nested(sample: $s) { id } } }',
      'subscription ($s: Float = 0.5, $gatewayResumeFrom: String) { events(sample: $s, resumeFrom: $gatewayResumeFrom) { nested(sample: $s) { id } } }',
      ['s'],
    ],
    [
      'finds the field inside a fragment, and a name that is free',
      'subscription ($gatewayResumeFrom: Kind) { ... on Subscription { events(kind: $gatewayResumeFrom) { id } } }',
      'subscription ($gatewayResumeFrom: Kind, $gatewayResumeFrom_: String) { ... on Subscription { events(kind: $gatewayResumeFrom, resumeFrom: $gatewayResumeFrom_) { id } } }',
      ['gatewayResumeFrom'],
    ],
    [
      'takes the type of the argument',
      'subscription ($p: Position!) { strict(resumeFrom: $p) { id } }',
      'subscription ($gatewayResumeFrom: Position!) { strict(resumeFrom: $gatewayResumeFrom) { id } }',
      [],
    ],
  ] as const) {
    it(name, () => {
      const found = plan(query)
      assert.ok(found)
      assert.equal(spelled(found.query), spelled(resumed))
      assert.deepEqual(found.variableNames, variableNames)
      assert.deepEqual(validate(schema, parse(found.query)), [])
      assert.match(found.query, new RegExp(`resumeFrom: \\$${found.variable}\\b`))
    })
  }

  it('is none where the field takes no cursor', () => {
    assert.equal(plan('subscription { passing(kind: A) { id } }'), undefined)
  })
})
