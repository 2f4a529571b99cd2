import { buildSubgraph } from './build-subgraph.ts'
import type { Subgraph, SubgraphRequest } from './build-subgraph.ts'
import { EXTENSIONS, POSITION } from './subscribe-with-extensions.ts'

/** What several instances of one subgraph see of the world: a list of numbers that grows, as a log would. */
export interface Counts {
  length: number
  /** Adds numbers, each one more than the one before. */
  append(count?: number): void
  /** Resolves when there are more than `length`, or the signal aborts. */
  more(length: number, signal: AbortSignal): Promise<void>
}

export function createCounts(): Counts {
  const waiting = new Set<() => void>()
  const counts: Counts = {
    length: 0,
    append(count = 1) {
      counts.length += count
      for (const wake of waiting) wake()
    },
    async more(length, signal) {
      while (counts.length <= length && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
        await promise
        waiting.delete(resolve)
      }
    },
  }
  return counts
}

const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { count: Int!  "Answers when there are more numbers." held: String!  thing: Thing }
  type Mutation { add: Int! }
  type Subscription {
    "Every number, with cursors; only those that \`every\` divides."
    counted(every: Int! = 1, resumeFrom: String): Count!
    "How many there are, at once and after each change."
    total: Int!
    "Numbers from now on, without cursors."
    passing(resumeFrom: String): Int!
    failing: Int!
  }
  type Count { n: Int!  filler(length: Int!): String! }
  type Thing @key(fields: "id") { id: ID! }
`

/** A subgraph for tests of how subgraphs are served. `onRequest` sees what its contexts are made of. */
export function createCounter({
  counts = createCounts(),
  onRequest = () => undefined,
}: {
  counts?: Counts
  onRequest?: (request: SubgraphRequest) => void
} = {}): Subgraph & { sdl: string; counts: Counts } {
  interface Context {
    signal: AbortSignal
    positions: boolean
  }
  async function* counted({ every, resumeFrom }: { every: number; resumeFrom?: string }, context: Context) {
    const { signal, positions } = context
    let at = resumeFrom === undefined ? counts.length : Number(resumeFrom)
    let seq = 0
    if (positions) yield { [POSITION]: String(at) }
    for (;;) {
      await counts.more(at, signal)
      if (signal.aborted) return
      const n = at++
      if (n % every === 0) yield { counted: { n }, [EXTENSIONS]: { seq: ++seq, cursor: String(at) } }
    }
  }
  async function* changes(field: string, signal: AbortSignal, withNow: boolean) {
    let at = counts.length
    if (withNow) yield { [field]: at }
    for (;;) {
      await counts.more(at, signal)
      if (signal.aborted) return
      at = counts.length
      yield { [field]: at }
    }
  }
  const subgraph = buildSubgraph({
    name: 'counter',
    typeDefs: SDL,
    createContext(request) {
      onRequest(request)
      return { signal: request.signal, positions: request.positions ?? false }
    },
    resolvers: {
      Query: {
        count: () => counts.length,
        async held() {
          await counts.more(counts.length, new AbortController().signal)
          return 'done'
        },
        thing: () => ({ id: '1' }),
      },
      Mutation: {
        add() {
          counts.append()
          return counts.length
        },
      },
      Count: { filler: (_: unknown, { length }: { length: number }) => 'x'.repeat(length) },
      Thing: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
      Subscription: {
        counted: {
          subscribe: (_: unknown, args: { every: number; resumeFrom?: string }, context: Context) =>
            counted(args, context),
        },
        total: {
          subscribe: (_: unknown, __: unknown, { signal }: Context) => changes('total', signal, true),
        },
        passing: {
          subscribe: (_: unknown, __: unknown, { signal }: Context) => changes('passing', signal, false),
        },
        failing: {
          subscribe() {
            throw Object.assign(new Error('Not on Sundays.'), { code: 'CLOSED_TODAY' })
          },
        },
      },
    },
  })
  return { ...(subgraph as Subgraph), sdl: SDL, counts }
}
