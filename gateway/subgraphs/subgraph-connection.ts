import type { GraphQLDataSource } from '@apollo/gateway'
import type { Download } from '#subgraphs/serve.ts'
import type { TraceContext } from '#subgraphs/trace-context.ts'
import type { GraphQLFormattedError } from 'graphql'

/** A subgraph as the gateway sees it, in this process or behind a network. */
export interface SubgraphConnection extends AsyncDisposable {
  /** Runs one fetch of a query plan: a query, a mutation or a lookup of entities. */
  process: GraphQLDataSource['process']
  /**
   * Streams the results of a subscription until the signal aborts or the subgraph ends it.
   * Throws `{ errors }` when the subgraph refuses, `{ interrupted: true }` when a running stream was cut.
   */
  subscribe(subscription: SubgraphSubscription): AsyncIterable<SubgraphMessage>
  /**
   * Opens a file that the subgraph serves beside its graph, by its path. Null if there is none. Absent where files can't be had
   * this way. Throws errors with the subgraph's codes.
   */
  download?(path: string, options: { signal: AbortSignal }): Promise<Download | null>
  /** Rejects while the subgraph cannot serve. */
  check(): Promise<void>
}

export interface SubgraphSubscription {
  query: string
  variables: Readonly<Record<string, unknown>>
  operationName?: string | undefined
  /** What `contextFor` made of the client. */
  context: GatewayContext
  signal: AbortSignal
}

export interface SubgraphMessage {
  data?: Record<string, unknown> | null | undefined
  errors?: readonly GraphQLFormattedError[] | undefined
  extensions?: Readonly<Record<string, unknown>> | undefined
}

/** One client's standing. Clients with equal fingerprints may see the same, so they share subscriptions. */
export interface GatewayContext {
  fingerprint: string
  /** Aborts when the client of this one request is gone before its answer. */
  signal?: AbortSignal
  /** The gateway's part of the trace that the operation belongs to; the gateway sets it. */
  trace?: TraceContext
  [key: string]: unknown
}
