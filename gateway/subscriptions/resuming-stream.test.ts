import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SubscriptionRefused } from '#subgraphs/serve.ts'
import { GraphQLError, buildSchema, getOperationAST, parse } from 'graphql'
import type {
  SubgraphConnection,
  SubgraphMessage,
  SubgraphSubscription,
} from '../subgraphs/subgraph-connection.ts'
import { planResume } from './resume-plan.ts'
import { StreamLost, resumingStream } from './resuming-stream.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'

const schema = buildSchema(`
  type Query { a: Int }
  type Subscription { events(resumeFrom: String): Int  passing: Int }
`)

/** As much of a plan as a stream looks at. */
function planOf(query: string): SubscriptionPlan {
  const document = parse(query)
  return {
    subgraph: 'events',
    query,
    variableNames: ['from', 'gone'].filter(name => query.includes(`$${name}`)),
    operationName: undefined,
    resume: planResume({ query, schema }),
    operation: { operation: getOperationAST(document) },
    operationContext: { fragments: {} },
    state: { apiSchema: schema },
  } as unknown as SubscriptionPlan
}

const cut = () => Object.assign(new Error('the websocket was closed with 1012.'), { interrupted: true })
const refused = (code: string) => new SubscriptionRefused([new GraphQLError('No.', { extensions: { code } })])
const message = (n: number, extensions: object = {}): SubgraphMessage => ({
  data: { events: n },
  extensions: { ...extensions },
})
const EVENTS = 'subscription { events }'

/** Each attempt to subscribe takes the next script: messages, then an end or an error. */
async function run({
  query = EVENTS,
  variables = {},
  scripts,
  resumeForMs = 2000,
}: {
  query?: string
  variables?: Record<string, unknown>
  scripts: readonly (readonly (SubgraphMessage | Error)[])[]
  resumeForMs?: number
}) {
  const asked: Pick<SubgraphSubscription, 'query' | 'variables'>[] = []
  const outcomes: string[] = []
  const connection = {
    async *subscribe({ query: text, variables: given }: SubgraphSubscription) {
      const script = scripts[asked.length] ?? scripts.at(-1) ?? []
      asked.push({ query: text, variables: { ...given } })
      for (const step of script) {
        if (step instanceof Error) throw step
        yield step
      }
    },
  } as unknown as SubgraphConnection
  const stream = resumingStream({
    plan: planOf(query),
    variables,
    context: { fingerprint: 'test' },
    connection,
    signal: new AbortController().signal,
    resumeForMs,
    onResumption: outcome => outcomes.push(outcome),
  })
  const got: SubgraphMessage[] = []
  let lost: StreamLost | undefined
  try {
    for await (const each of stream) got.push(each)
  } catch (error) {
    assert.ok(error instanceof StreamLost, String(error))
    lost = error
  }
  return {
    got,
    values: got.map(each => each.data?.events),
    extensions: got.map(each => each.extensions),
    cursors: asked.map(({ variables: given }) => given['gatewayResumeFrom']),
    asked,
    outcomes,
    code: lost?.errors[0]?.extensions.code,
  }
}

describe('a stream whose messages tell cursors', () => {
  it('goes on after the last one, and its sequence numbers with it', async () => {
    const { values, extensions, cursors, outcomes } = await run({
      scripts: [
        [message(1, { seq: 1, cursor: 'a' }), message(2, { seq: 2, cursor: 'b' }), cut()],
        [cut()],
        [message(3, { seq: 1, cursor: 'c', dropped: 4 }), cut()],
        [message(4, { seq: 1, cursor: 'd' })],
      ],
    })
    assert.deepEqual(values, [1, 2, 3, 4])
    assert.deepEqual(cursors, [undefined, 'b', 'b', 'c'])
    assert.deepEqual(extensions, [
      { seq: 1, cursor: 'a' },
      { seq: 2, cursor: 'b' },
      { seq: 3, cursor: 'c', dropped: 4 },
      { seq: 4, cursor: 'd' },
    ])
    assert.deepEqual(outcomes, ['resumed', 'resumed'])
  })

  it('goes on where it began if it told that before its first message', async () => {
    const { values, cursors, extensions } = await run({
      scripts: [[{ extensions: { cursor: 'start' } }, cut()], [message(1, { seq: 1, cursor: 'a' })]],
    })
    assert.deepEqual([values, cursors], [[1], [undefined, 'start']])
    assert.deepEqual(extensions, [{ seq: 1, cursor: 'a' }])
  })

  it("begins where its client wanted, and goes on from its own messages, without the client's variable", async () => {
    const query = 'subscription ($from: String) { events(resumeFrom: $from) }'
    const scripts = [[cut()], [message(1, { cursor: 'a' }), cut()], [message(2, { cursor: 'b' })]]
    const { values, asked, extensions } = await run({ query, variables: { from: 'x' }, scripts })
    assert.deepEqual(values, [1, 2])
    assert.deepEqual(
      asked.map(({ variables }) => variables),
      [{ from: 'x' }, { from: 'x' }, { gatewayResumeFrom: 'a' }],
    )
    assert.deepEqual(extensions, [{ cursor: 'a' }, { cursor: 'b' }])
  })
})

describe('a stream without cursors', () => {
  it('goes on with what is new, and the first message says so', async () => {
    const { values, extensions, cursors } = await run({
      query: 'subscription { events: passing }',
      scripts: [
        [message(1, { seq: 1 }), message(2, { seq: 2 }), cut()],
        [message(7, { seq: 1 }), message(8, { seq: 2 })],
      ],
    })
    assert.deepEqual(
      [values, cursors],
      [
        [1, 2, 7, 8],
        [undefined, undefined],
      ],
    )
    assert.deepEqual(extensions, [{ seq: 1 }, { seq: 2 }, { seq: 3, resumed: true }, { seq: 4 }])
  })

  it('is left to a client that chose where it begins', async () => {
    const { values, code, asked } = await run({
      query: 'subscription { events(resumeFrom: "x") }',
      scripts: [[message(1), cut()], [message(2)]],
    })
    assert.deepEqual([values, code, asked.length], [[1], 'SUBGRAPH_UNREACHABLE', 1])
  })
})

describe('a stream that was cut', () => {
  it('is given up after the time allowed, with SUBGRAPH_UNREACHABLE', async () => {
    const scripts = [[message(1, { cursor: 'a' }), cut()], [new Error('connect ECONNREFUSED')]]
    const { values, code, asked, outcomes } = await run({ scripts, resumeForMs: 400 })
    assert.deepEqual([values, code, outcomes], [[1], 'SUBGRAPH_UNREACHABLE', ['given_up']])
    assert.ok(asked.length >= 3, `${asked.length} attempts`)
  })

  it('is tried while a refusal may pass, and ended by one that can not', async () => {
    const scripts = [
      [message(1, { cursor: 'a' }), cut()],
      [refused('NOT_READY')],
      [refused('SHUTTING_DOWN')],
      [message(2, { cursor: 'b' }), refused('SHUTTING_DOWN')],
      [refused('INVALID_CURSOR')],
      [message(3)],
    ]
    const { values, code, cursors } = await run({ scripts })
    assert.deepEqual([values, code], [[1, 2], 'INVALID_CURSOR'])
    assert.deepEqual(cursors, [undefined, 'a', 'a', 'a', 'b'])
  })

  it('is not tried again for an error of the stream itself, or one that never ran', async () => {
    for (const scripts of [
      [[message(1, { cursor: 'a' }), refused('NOT_COUNTED')]],
      [[refused('SHUTTING_DOWN')]],
      [[new Error('connect ECONNREFUSED')]],
    ]) {
      assert.equal((await run({ scripts })).asked.length, 1)
    }
  })
})
