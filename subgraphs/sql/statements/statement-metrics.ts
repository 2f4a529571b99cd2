import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { SqlEngine } from '#ports/sql-engine.ts'

export interface StatementMetrics {
  ended(statement: { outcome: string; seconds: number; rowCount: number }): void
}

export function createStatementMetrics({
  registry = new Registry(),
  engine,
}: {
  registry?: Registry | undefined
  engine: Pick<SqlEngine, 'status'>
}): StatementMetrics {
  const registers = [registry]
  const duration = new Histogram({
    name: 'coelho_sql_query_duration_seconds',
    help: 'From the acceptance of a statement to its end, the queue included.',
    labelNames: ['outcome'] as const,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const rows = new Histogram({
    name: 'coelho_sql_rows_returned',
    help: 'Rows of a result.',
    buckets: [0, 1, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000],
    registers,
  })
  const queries = new Counter({
    name: 'coelho_sql_queries_total',
    help: 'Statements by how they ended: COMPLETE, TRUNCATED or the code of an error.',
    labelNames: ['outcome'] as const,
    registers,
  })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('coelho_sql_running', 'Statements that are being executed.', () => engine.status().running)
  gauge('coelho_sql_queued', 'Statements that wait.', () => engine.status().queued)
  gauge(
    'coelho_sql_engine_memory_bytes',
    "Memory of the engine's processes.",
    () => engine.status().memoryBytes,
  )
  return {
    ended({ outcome, seconds, rowCount }) {
      duration.observe({ outcome }, seconds)
      rows.observe(rowCount)
      queries.inc({ outcome })
    },
  }
}
