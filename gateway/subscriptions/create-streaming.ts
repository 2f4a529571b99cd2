import type { FormatError } from '../format-error.ts'
import type { Graph } from '../graph/create-graph.ts'
import type { OperationServer } from '../graph/operation-server.ts'
import type { GatewayClient } from '../gateway-client.ts'
import type { GatewayLogger } from '../logger.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { GatewayContext } from '../subgraphs/subgraph-connection.ts'
import { createEntityBatcher } from './entity-batcher.ts'
import { createEventExecutor } from './event-executor.ts'
import { createOperationPreparer } from './prepare-operation.ts'
import type { OperationPreparer } from './prepare-operation.ts'
import { beginsAtCursor } from './root-field.ts'
import { mayShare, shareUnlessResumed } from './share-rule.ts'
import { createSseTransport } from './sse-transport.ts'
import type { SseTransport } from './sse-transport.ts'
import type { StreamLimits } from './stream-limits.ts'
import { createSubscriptionHub } from './subscription-hub.ts'
import type { ShareRule, SubscriptionHub } from './subscription-hub.ts'
import { createSubscriptionPlanner } from './subscription-plan.ts'
import { createSubscriptionService } from './subscription-service.ts'
import { createWebsocketTransport } from './websocket-transport.ts'
import type { WebsocketTransport } from './websocket-transport.ts'

export interface Streaming {
  websocket: WebsocketTransport
  sse: SseTransport
  hub: SubscriptionHub
  preparer: OperationPreparer
  cacheSizes(): Record<string, number>
  /** Completes event streams, closes websockets, ends what runs at subgraphs. */
  close(options: { graceMs: number }): Promise<void>
}

/** Puts together everything that subscriptions need. */
export function createStreaming({
  graph,
  operations,
  contextFor,
  formatError,
  metrics,
  logger,
  isDraining,
  limits,
  share = shareUnlessResumed,
  lossless = () => false,
  entityWindowMs = 5,
}: {
  graph: Graph
  operations: OperationServer
  contextFor: (client: GatewayClient) => Promise<GatewayContext>
  formatError: FormatError
  metrics: GatewayMetrics
  logger: GatewayLogger
  isDraining: () => boolean
  limits: StreamLimits
  share?: ShareRule
  /** Which streams have messages that build on each other, so that none may be left out. */
  lossless?: ShareRule
  entityWindowMs?: number
}): Streaming {
  const preparer = createOperationPreparer({ schema: graph.schema })
  const planner = createSubscriptionPlanner({ state: graph.state })
  graph.onChange(() => {
    preparer.clear()
    planner.clear()
  })
  const batched = Object.entries(graph.dataSources).map(([subgraph, dataSource]) => {
    const onBatch = ({ calls }: { calls: number }) => {
      metrics.entityBatches.inc({ subgraph })
      metrics.entityLookups.inc({ subgraph }, calls)
    }
    return [subgraph, createEntityBatcher({ dataSource, windowMs: entityWindowMs, onBatch })] as const
  })
  const hub = createSubscriptionHub({
    connections: graph.connections,
    executeEvent: createEventExecutor({ dataSources: Object.fromEntries(batched), formatError, logger }),
    formatError,
    metrics,
    shareable: request => mayShare(share, request),
    // One that its client began at a cursor may lag as well: its client's pace is its own.
    lossless: request => beginsAtCursor(request) || mayShare(lossless, request),
    resumeForMs: limits.resumeForMs,
  })
  const service = createSubscriptionService({ planner, hub, formatError })
  const sse = createSseTransport({ service, metrics, limits })
  const websocket = createWebsocketTransport({
    service,
    operations,
    preparer,
    contextFor,
    formatError,
    metrics,
    logger,
    isDraining,
    limits,
  })
  return {
    websocket,
    sse,
    hub,
    preparer,
    cacheSizes: () => ({ subscription_documents: preparer.size, subscription_plans: planner.size }),
    async close({ graceMs }) {
      sse.close()
      await websocket.close({ graceMs })
      hub.close()
    },
  }
}
