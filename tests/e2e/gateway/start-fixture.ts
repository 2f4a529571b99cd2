import { createGateway } from '#gateway/create-gateway.ts'
import type { Gateway, GatewayOptions } from '#gateway/create-gateway.ts'
import { localSubgraph } from '#gateway/subgraphs/local-subgraph.ts'
import { remoteSubgraph } from '#gateway/subgraphs/remote-subgraph.ts'
import type { SubgraphConnection } from '#gateway/subgraphs/subgraph-connection.ts'
import { serveSubgraph } from '#subgraphs/serve.ts'
import type { Subgraph } from '#subgraphs/serve.ts'
import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { Registry } from 'prom-client'
import WebSocket from 'ws'
import { createFixture } from './fixtures.ts'
import type { Fixture } from './fixtures.ts'

export type Result = {
  data?: Record<string, unknown> | null
  errors?: readonly {
    message: string
    path?: readonly (string | number)[]
    extensions?: Record<string, unknown>
  }[]
  extensions?: Record<string, unknown>
}

export interface Started extends AsyncDisposable {
  fixture: Fixture
  gateway: Gateway
  endpoint: string
  socketUrl: string
  /** Log lines of level error. */
  logged: { message: string; fields?: Record<string, unknown> | undefined }[]
  post(query: string, variables?: Record<string, unknown>): Promise<{ status: number; body: Result }>
  /** A websocket client of its own, closed with the fixture. */
  client(): Client
  /** The value of a metric; labels as in the text format. */
  metric(name: string, labels?: string): Promise<number>
}

/** Starts a gateway on a free port before the fixture's subgraphs, in this process or behind HTTP. */
export async function startFixture({
  remote = false,
  wrap = subgraph => subgraph,
  ...options
}: {
  remote?: boolean
  /** Puts something between gateway and subgraph. */
  wrap?: (subgraph: Subgraph) => Subgraph
} & Partial<GatewayOptions> = {}): Promise<Started> {
  const fixture = createFixture()
  const opened: AsyncDisposable[] = []
  const connections: Record<string, SubgraphConnection> = {}
  for (const subgraph of fixture.subgraphs.map(wrap)) {
    if (!remote) {
      const { schema, createContext: context, downloads } = subgraph
      connections[subgraph.name] = localSubgraph({ schema, context, ...(downloads && { downloads }) })
      continue
    }
    const served = await serveSubgraph({ subgraph, port: 0 })
    const connection = remoteSubgraph({ url: served.url })
    connections[subgraph.name] = connection
    opened.push(connection, served)
  }
  const logged: Started['logged'] = []
  const silent = () => undefined
  const registry = new Registry()
  const gateway = await createGateway({
    supergraphSdl: fixture.supergraphSdl,
    subgraphs: connections,
    port: 0,
    portIsExplicit: true,
    metrics: registry,
    logger: {
      debug: silent,
      info: silent,
      warn: silent,
      error: (message, fields) => logged.push({ message, fields }),
    },
    ...options,
  })
  const endpoint = `${gateway.url}/graphql`
  const socketUrl = endpoint.replace('http', 'ws')
  const clients: Client[] = []
  return {
    fixture,
    gateway,
    endpoint,
    socketUrl,
    logged,
    async post(query, variables) {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(endpoint, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables }),
      })
      return { status: response.status, body: (await response.json()) as Result }
    },
    client() {
      const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
      clients.push(client)
      return client
    },
    async metric(name, labels) {
      const line = `${name}${labels ? `{${labels}}` : ''} `
      const found = (await registry.metrics()).split('\n').find(each => each.startsWith(line))
      return found === undefined ? 0 : Number(found.slice(line.length))
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.dispose()
      await gateway.close({ drainMs: 200 })
      for (const each of opened) await each[Symbol.asyncDispose]()
    },
  }
}

/** Waits for a condition; fails when it does not come true within three seconds, or as many milliseconds as are given. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 3000,
): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; !(await condition()); ) {
    if (Date.now() > deadline) throw new Error(`It did not happen in time: ${what}.`)
    await new Promise(resolve => setTimeout(resolve, 3))
  }
}

/** A subscription whose messages can be awaited one by one. */
export function listen(client: Client, query: string, variables?: Record<string, unknown>) {
  const results = client.iterate({ query, ...(variables && { variables }) })
  return {
    /** The next message; rejects with the errors of an `error` message. */
    async next(): Promise<Result> {
      const { value, done } = await results.next()
      if (done) throw new Error('The subscription ended; a message was wanted.')
      return value as Result
    },
    async take(count: number): Promise<Result[]> {
      const taken: Result[] = []
      while (taken.length < count) taken.push(await this.next())
      return taken
    },
    /** True when the subscription completes next. */
    ends: async () => (await results.next()).done === true,
    leave: () => results.return?.(undefined),
  }
}
