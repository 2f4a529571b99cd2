import type { GraphQLDataSource } from '@apollo/gateway'
import type { GatewayContext } from '../subgraphs/subgraph-connection.ts'
import { mergeRepresentations } from './merge-representations.ts'
import type { EntityResponse } from './merge-representations.ts'

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0]

export interface EntityBatcherOptions {
  dataSource: GraphQLDataSource
  /** How long the first lookup waits for others, in milliseconds. */
  windowMs?: number
  /** Most distinct entities in one call; a full batch leaves at once. */
  maxEntities?: number
  onBatch?: (batch: { calls: number; entities: number }) => void
}

interface Waiting {
  representations: readonly unknown[]
  resolve: (response: EntityResponse) => void
  reject: (error: unknown) => void
}

interface Batch {
  options: ProcessOptions
  waiting: Waiting[]
  entities: number
  timer: NodeJS.Timeout
}

/**
 * Wraps a subgraph's data source so that entity lookups with the same query, variables and standing that start within
 * `windowMs` share one `_entities` call. Each caller gets its own copy of its own entities and of their errors.
 */
export function createEntityBatcher({
  dataSource,
  windowMs = 5,
  maxEntities = 1000,
  onBatch,
}: EntityBatcherOptions): GraphQLDataSource {
  const batches = new Map<string, Batch>()
  const send = async (key: string, { options, waiting, timer }: Batch) => {
    batches.delete(key)
    clearTimeout(timer)
    const { representations, split } = mergeRepresentations(waiting.map(each => each.representations))
    onBatch?.({ calls: waiting.length, entities: representations.length })
    try {
      const variables = { ...options.request.variables, representations }
      const response = await dataSource.process({ ...options, request: { ...options.request, variables } })
      split(response).forEach((part, index) => waiting[index]?.resolve(part))
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }
  return {
    process(options) {
      const { representations, ...others } = options.request.variables ?? {}
      if (!Array.isArray(representations)) return dataSource.process(options)
      const key = batchKey(options, others)
      return new Promise((resolve, reject) => {
        let batch = batches.get(key)
        if (!batch) {
          const opened: Batch = {
            options,
            waiting: [],
            entities: 0,
            timer: setTimeout(() => send(key, opened), windowMs),
          }
          batches.set(key, opened)
          batch = opened
        }
        batch.waiting.push({ representations, resolve, reject })
        batch.entities += representations.length
        if (batch.entities >= maxEntities) void send(key, batch)
      })
    },
  }
}

function batchKey({ request, context }: ProcessOptions, variables: Record<string, unknown>): string {
  const { fingerprint } = context as GatewayContext
  return `${fingerprint}\n${JSON.stringify(variables)}\n${request.query ?? ''}`
}
