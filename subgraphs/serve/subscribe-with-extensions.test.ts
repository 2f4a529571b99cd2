import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GraphQLError, buildSchema, parse } from 'graphql'
import { EXTENSIONS, SubscriptionRefused, subscribeWithExtensions } from './subscribe-with-extensions.ts'

const document = parse('subscription ($n: Int = 3) { count(to: $n) }')

function schemaOf(
  subscribe: (source: unknown, args: { to: number }, context: { signal: AbortSignal }) => unknown,
) {
  const schema = buildSchema('type Query { a: Int } type Subscription { count(to: Int): Int! }')
  const field = schema.getSubscriptionType()?.getFields().count
  assert.ok(field)
  field.subscribe = subscribe as NonNullable<typeof field.subscribe>
  return schema
}

async function* counting(to: number) {
  for (let n = 1; n <= to; n++) yield { count: n, ...(n === 2 && { [EXTENSIONS]: { seq: n } }) }
}

describe('subscribeWithExtensions', () => {
  it('executes each payload, with the extensions it carries', async () => {
    const schema = schemaOf((_, { to }) => counting(to))
    const results = await collect(subscribeWithExtensions({ schema, document, contextFor: () => ({}) }))
    assert.deepEqual(
      results.map(({ data, extensions }) => [{ ...data }, extensions]),
      [
        [{ count: 1 }, undefined],
        [{ count: 2 }, { seq: 2 }],
        [{ count: 3 }, undefined],
      ],
    )
  })

  it('makes a context for the source and one for each event', async () => {
    let made = 0
    const seen = new Set<unknown>()
    const schema = schemaOf((_, { to }) => counting(to))
    const count = schema.getSubscriptionType()?.getFields().count
    assert.ok(count)
    count.resolve = ({ count: n }, _args, context) => {
      seen.add(context)
      return n
    }
    const contextFor = () => ({ id: ++made })
    await collect(subscribeWithExtensions({ schema, document, contextFor, variables: { n: 2 } }))
    assert.deepEqual([made, seen.size], [3, 2])
  })

  it('ends at once when left, or when its signal aborts, also while the source waits', async () => {
    for (const way of ['return', 'signal'] as const) {
      const outer = new AbortController()
      let inner: AbortSignal | undefined
      const schema = schemaOf((_, __, { signal }) => {
        inner = signal
        return (async function* () {
          yield { count: 1 }
          await new Promise(() => undefined)
        })()
      })
      const stream = subscribeWithExtensions({
        schema,
        document,
        contextFor: signal => ({ signal }),
        signal: outer.signal,
      })
      await stream.next()
      const waiting = stream.next()
      if (way === 'return') await stream.return?.()
      else outer.abort()
      assert.equal((await waiting).done, true)
      assert.equal(inner?.aborted, true)
      assert.equal((await stream.next()).done, true)
    }
  })

  it('throws coded errors when there is nothing to subscribe to', async () => {
    const cases = [
      [
        schemaOf(() =>
          Promise.reject(Object.assign(new Error('Offset 9 is gone.'), { code: 'OFFSET_GONE' })),
        ),
        {},
        'OFFSET_GONE',
      ],
      [
        schemaOf(() => {
          throw new GraphQLError('x', { extensions: { code: 'CLOSED' } })
        }),
        {},
        'CLOSED',
      ],
      [schemaOf(() => counting(1)), { n: 'many' }, 'BAD_USER_INPUT'],
      [
        schemaOf(() => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNRESET', errno: -104 }))),
        {},
        undefined,
      ],
    ] as const
    for (const [schema, variables, code] of cases) {
      const stream = subscribeWithExtensions({ schema, document, variables, contextFor: () => ({}) })
      await assert.rejects(stream.next(), (error: unknown) => {
        assert.ok(error instanceof SubscriptionRefused)
        assert.equal(error.errors[0]?.extensions.code, code)
        return true
      })
      assert.equal((await stream.next()).done, true)
    }
  })
})

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = []
  for await (const value of source) values.push(value)
  return values
}
