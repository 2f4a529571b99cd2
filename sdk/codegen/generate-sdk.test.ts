import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { generateSdk } from './generate-sdk.ts'

const apiSdl = `
  type Query { a(kind: Kind!): A b: BigInt! }
  type Subscription { a: A }
  type A { event: Event detail: PredictionDetail }
  type E { x: Int! at: DateTime! } union Event = E
  type D { x: Int } union PredictionDetail = D
  enum Kind { ONE TWO }
  scalar BigInt scalar DateTime
`
const complete = {
  'a.graphql': '# Gives A.\nquery A($kind: Kind!) { a(kind: $kind) { event { ...EventFields } } }',
  'b.graphql': 'query B { b } subscription LiveA { a { detail { ...DetailFields } } }',
}

async function generate(files: Record<string, string>): Promise<string> {
  const operationsDir = await mkdtemp(join(tmpdir(), 'sdk-operations-'))
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(operationsDir, name), text)
    return await generateSdk({ apiSdl, operationsDir })
  } finally {
    await rm(operationsDir, { recursive: true })
  }
}

describe('generateSdk', () => {
  it('gives types, documents and methods', async () => {
    const text = await generate(complete)
    assert.match(text, /export type Kind =\s+\| 'ONE'\s+\| 'TWO';/)
    assert.match(text, /export type AQueryVariables = Exact<\{\s+kind: Kind;\s+\}>;/)
    assert.match(text, /export type BQuery = \{ b: number \| string \};/)
    assert.match(text, /\{ __typename: 'E', x: number, at: string \}/)
    assert.match(text, /export const ADocument =/)
    assert.match(
      text,
      /\/\*\* Gives A\. \*\/\n {4}a: \(variables: AQueryVariables, options\?: RequestOptions\)/,
    )
    assert.match(text, /liveA: \(variables\?: LiveASubscriptionVariables, options\?: SubscribeOptions\)/)
  })

  it('gives the same again, and does not read generated fragments', async () => {
    const generated = { 'events.generated.graphql': 'fragment EventFields on Event { nonsense }' }
    assert.equal(await generate({ ...complete, ...generated }), await generate(complete))
  })

  it('refuses an operation that does not fit the schema', async () => {
    await assert.rejects(
      generate({ ...complete, 'c.graphql': 'query C { b { c } }' }),
      /"b" must not have a selection/,
    )
  })

  it('refuses a root field without an operation', async () => {
    await assert.rejects(
      generate({ 'a.graphql': complete['a.graphql'] }),
      /No operation selects Query\.b, Subscription\.a;/,
    )
  })
})
