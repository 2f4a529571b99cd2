import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>

/** Registers the gateway's metrics. Throws when the registry has them already: one registry per gateway. */
export function createGatewayMetrics(registry: Registry) {
  const registers = [registry]
  return {
    requests: new Counter({
      name: 'coelho_gateway_requests_total',
      help: 'GraphQL queries and mutations answered, by operation type and whether errors were among the answer.',
      labelNames: ['operation', 'outcome'] as const,
      registers,
    }),
    duration: new Histogram({
      name: 'coelho_gateway_request_duration_seconds',
      help: 'Time from the parsed request to the answer.',
      labelNames: ['operation'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    connections: new Gauge({
      name: 'coelho_gateway_streaming_connections',
      help: 'Open client connections that stream, by transport.',
      labelNames: ['transport'] as const,
      registers,
    }),
    subscriptions: new Gauge({
      name: 'coelho_gateway_client_subscriptions',
      help: 'Active subscriptions of clients, by transport.',
      labelNames: ['transport'] as const,
      registers,
    }),
    upstreams: new Gauge({
      name: 'coelho_gateway_upstream_subscriptions',
      help: 'Streams open at subgraphs; clients that ask the same share one.',
      registers,
    }),
    resumptions: new Counter({
      name: 'coelho_gateway_stream_resumptions_total',
      help: 'Streams whose subgraph was lost: taken up again, or given up after the time allowed.',
      labelNames: ['subgraph', 'outcome'] as const,
      registers,
    }),
    delivered: new Counter({
      name: 'coelho_gateway_messages_delivered_total',
      help: 'Subscription messages handed to client connections.',
      labelNames: ['transport'] as const,
      registers,
    }),
    dropped: new Counter({
      name: 'coelho_gateway_messages_dropped_total',
      help: 'Subscription messages left out for clients that read too slowly.',
      labelNames: ['transport'] as const,
      registers,
    }),
    entityBatches: new Counter({
      name: 'coelho_gateway_entity_batches_total',
      help: 'Entity lookups sent for subscription events, after batching.',
      labelNames: ['subgraph'] as const,
      registers,
    }),
    entityLookups: new Counter({
      name: 'coelho_gateway_entity_lookups_total',
      help: 'Entity lookups asked for by subscription events, before batching.',
      labelNames: ['subgraph'] as const,
      registers,
    }),
    cacheEntries: new Gauge({
      name: 'coelho_gateway_cache_entries',
      help: 'Entries in the bounded caches of documents and plans.',
      labelNames: ['cache'] as const,
      registers,
    }),
  }
}
