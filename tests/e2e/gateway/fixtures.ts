import { composeServices } from '@theguild/federation-composition'
import { EXTENSIONS, buildSubgraph } from '#subgraphs/serve.ts'
import type { Subgraph } from '#subgraphs/serve.ts'
import { GraphQLError, parse } from 'graphql'
import { createChannel } from './channel.ts'
import type { Channel } from './channel.ts'

/** Counts what the tests look at. */
export interface FixtureCalls {
  /** Representations of each `_entities` call, per subgraph. */
  entities: Record<string, unknown[][]>
  mutations: number
}

export interface Fixture {
  subgraphs: Subgraph[]
  supergraphSdl: string
  prices: Channel<PriceEvent>
  calls: FixtureCalls
  /** Makes reviews' entity lookups wait; resolves with the delay of each product in milliseconds. */
  reviewDelayMs: (product: string) => number
}

export interface PriceEvent {
  id: string
  cents: number | null
  extensions?: Record<string, unknown>
}

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@shareable"])\n`

const PRODUCTS = `${HEAD}
  type Query {
    product(id: ID!): Product
    products: [Product!]!
    find(by: ProductKey!): Product
    broken: String
    coded: String
    slow(ms: Int!): String
  }
  type Mutation { rename(id: ID!, name: String!): Product }
  type Subscription {
    priceChanged(id: ID, resumeFrom: String): PriceChange!
    refused: Int
    strict: Strict!
  }
  input ProductKey @oneOf { id: ID  name: String }
  type Product @key(fields: "id") { id: ID!  name: String! }
  type PriceChange { product: Product!  cents: Int  required: Int! }
  type Strict { product: Product! }
`
const REVIEWS = `${HEAD}
  type Product @key(fields: "id") { id: ID!  reviews(first: Int = 2): [Review!]!  rating: Float!  author: Author }
  type Review { stars: Int!  product: Product! }
  type Author @key(fields: "name") { name: String! }
  type Query { reviewCount: Int! }
`
const STOCK = `${HEAD}
  type Product @key(fields: "id") { id: ID!  inStock: Int  failing: Int }
  type Author @key(fields: "name") { name: String!  country: String }
  type Query { warehouses: [String!]! }
`

/** Three subgraphs: products owns the stream, reviews and stock join it. Every call makes a world of its own. */
export function createFixture(): Fixture {
  const prices = createChannel<PriceEvent>()
  const calls: FixtureCalls = { entities: {}, mutations: 0 }
  const names = new Map([1, 2, 3].map(n => [String(n), `Product ${n}`]))
  const fixture = { prices, calls, reviewDelayMs: (_product: string) => 0 }
  const product = (id: string) => (names.has(id) ? { id, name: names.get(id) } : null)
  const createContext = () => ({})

  const products = buildSubgraph({
    name: 'products',
    typeDefs: PRODUCTS,
    createContext: ({ signal }) => ({ signal }),
    resolvers: {
      Query: {
        product: (_: unknown, { id }: { id: string }) => product(id),
        products: () => [...names.keys()].map(product),
        find: (_: unknown, { by }: { by: { id?: string; name?: string } }) =>
          [...names.keys()].map(product).find(each => each?.id === by.id || each?.name === by.name),
        broken: () => {
          throw new Error('the secret password is swordfish')
        },
        coded: () => {
          throw Object.assign(new Error('Product 9 was given; 1 to 3 were wanted.'), {
            code: 'UNKNOWN_PRODUCT',
          })
        },
        slow: (_: unknown, { ms }: { ms: number }) => new Promise(resolve => setTimeout(resolve, ms, 'done')),
      },
      Mutation: {
        rename(_: unknown, { id, name }: { id: string; name: string }) {
          calls.mutations++
          names.set(id, name)
          return product(id)
        },
      },
      Subscription: {
        priceChanged: {
          subscribe: (_: unknown, { id }: { id?: string }, { signal }: { signal: AbortSignal }) =>
            mapped(prices.subscribe(signal), event => {
              if (id && event.id !== id) return undefined
              const { extensions, ...rest } = event
              return {
                priceChanged: { ...rest, product: { id: event.id } },
                ...(extensions && { [EXTENSIONS]: extensions }),
              }
            }),
        },
        refused: {
          subscribe() {
            throw new GraphQLError('The stream is closed on Sundays.', { extensions: { code: 'CLOSED' } })
          },
        },
        strict: {
          subscribe: (_: unknown, __: unknown, { signal }: { signal: AbortSignal }) =>
            mapped(prices.subscribe(signal), event => ({ strict: { product: { id: event.id } } })),
        },
      },
      PriceChange: { required: ({ cents }: PriceEvent) => cents },
      Product: {
        __resolveReference: ({ id }: { id: string }) => product(id),
        name: ({ id }: { id: string }) => names.get(id),
      },
    },
  })
  const reviews = buildSubgraph({
    name: 'reviews',
    typeDefs: REVIEWS,
    createContext,
    resolvers: {
      Query: { reviewCount: () => 6 },
      Product: {
        async __resolveReference({ id }: { id: string }) {
          const wait = fixture.reviewDelayMs(id)
          if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
          return { id }
        },
        reviews: ({ id }: { id: string }, { first }: { first: number }) =>
          Array.from({ length: first }, (_, i) => ({ stars: (Number(id) + i) % 5, product: { id } })),
        rating: ({ id }: { id: string }) => Number(id) + 0.5,
        author: ({ id }: { id: string }) => ({ name: `author-${id}` }),
      },
      Author: { __resolveReference: ({ name }: { name: string }) => ({ name }) },
    },
  })
  const stock = buildSubgraph({
    name: 'stock',
    typeDefs: STOCK,
    createContext,
    resolvers: {
      Query: { warehouses: () => ['north', 'south'] },
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        inStock: ({ id }: { id: string }) => Number(id) * 10,
        failing: ({ id }: { id: string }) => {
          throw new GraphQLError(`No count for product ${id}.`, { extensions: { code: 'NOT_COUNTED' } })
        },
      },
      Author: {
        __resolveReference: ({ name }: { name: string }) => ({ name }),
        country: ({ name }: { name: string }) => `land of ${name}`,
      },
    },
  })
  const subgraphs = [products, reviews, stock] as Subgraph[]
  for (const { name, schema } of subgraphs) countEntityCalls(name, schema, calls)
  return Object.assign(fixture, { subgraphs, supergraphSdl: composeFixture() })
}

function countEntityCalls(name: string, schema: Subgraph['schema'], calls: FixtureCalls): void {
  const field = schema.getQueryType()?.getFields()._entities
  const resolve = field?.resolve
  if (!field || !resolve) throw new Error(`Subgraph ${name} has no entities.`)
  field.resolve = (source, args, context, info) => {
    ;(calls.entities[name] ??= []).push(args.representations.map((each: object) => ({ ...each })))
    return resolve(source, args, context, info)
  }
}

/** The supergraph of the fixture's subgraphs; `urls` matter only to a gateway that finds them by it. */
export function composeFixture(urls: Record<string, string> = {}): string {
  const services = Object.entries({ products: PRODUCTS, reviews: REVIEWS, stock: STOCK }).map(
    ([name, typeDefs]) => ({
      name,
      url: urls[name] ?? `http://${name}.invalid`,
      typeDefs: parse(typeDefs),
    }),
  )
  const { supergraphSdl, errors } = composeServices(services)
  if (supergraphSdl) return supergraphSdl
  throw new Error(`The fixtures do not compose: ${errors?.map(error => error.message).join('; ')}`)
}

async function* mapped<In, Out>(
  source: AsyncIterable<In>,
  map: (value: In) => Out | undefined,
): AsyncGenerator<Out> {
  for await (const value of source) {
    const result = map(value)
    if (result !== undefined) yield result
  }
}
