import { ApolloServer } from '@apollo/server'
import type { ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { DocumentNode } from 'graphql'
import { gatewayError } from '../error-codes.ts'
import type { FormatError } from '../format-error.ts'
import { quietLogger } from '../logger.ts'
import type { GatewayLogger } from '../logger.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { GatewayContext } from '../subgraphs/subgraph-connection.ts'
import type { CountedCache } from './counted-cache.ts'
import type { Graph } from './create-graph.ts'
import { operationLimits } from './operation-limits.ts'

export type OperationServer = ApolloServer<GatewayContext>

/** Apollo Server for queries and mutations: parsing, validation, CSRF prevention, GraphQL over HTTP; no page, no reports. */
export function createOperationServer({
  graph,
  documents,
  formatError,
  logger,
  metrics,
  maxTokens = 15_000,
}: {
  graph: Graph
  documents: CountedCache<DocumentNode>
  formatError: FormatError
  logger: GatewayLogger
  metrics: Pick<GatewayMetrics, 'requests' | 'duration'>
  maxTokens?: number
}): OperationServer {
  return new ApolloServer<GatewayContext>({
    gateway: graph.gateway,
    logger: quietLogger(logger),
    formatError,
    documentStore: documents,
    persistedQueries: false,
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    validationRules: [operationLimits()],
    parseOptions: { maxTokens },
    nodeEnv: 'production',
    stopOnTerminationSignals: false,
    stringifyResult: result => JSON.stringify(result),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      refuseSubscriptions,
      countRequests(metrics),
    ],
  })
}

const refuseSubscriptions: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== 'subscription') return
        const message =
          'A subscription needs a websocket with the protocol graphql-transport-ws, or the header Accept: text/event-stream.'
        throw gatewayError('SUBSCRIPTION_TRANSPORT_REQUIRED', message, { http: { status: 400 } })
      },
    }
  },
}

function countRequests({
  requests,
  duration,
}: Pick<GatewayMetrics, 'requests' | 'duration'>): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      const started = performance.now()
      return {
        async willSendResponse({ operation: node, errors }) {
          const operation = node?.operation ?? 'unknown'
          requests.inc({ operation, outcome: errors?.length ? 'error' : 'ok' })
          duration.observe({ operation }, (performance.now() - started) / 1000)
        },
      }
    },
  }
}
