import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { TableStatus } from './sink-status.ts'

export interface SinkMetrics {
  committed(table: string, rows: number, lagSeconds: number): void
  quarantined(table: string, records: number): void
  /** What the newest version holds. */
  size(table: string, files: number, bytes: number): void
}

/** Seconds; five is what is promised. */
const BUCKETS = [0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 30, 60, 300, 3600]

export function createSinkMetrics(
  registry: Registry | null,
  statuses: () => readonly TableStatus[],
): SinkMetrics {
  if (!registry) return { committed() {}, quarantined() {}, size() {} }
  const common = { labelNames: ['table'] as const, registers: [registry] }
  const commits = new Counter({ ...common, name: 'coelho_lake_commits_total', help: 'Versions written.' })
  const rows = new Counter({ ...common, name: 'coelho_lake_rows_total', help: 'Rows written.' })
  const refused = new Counter({
    ...common,
    name: 'coelho_lake_quarantined_total',
    help: 'Records put into quarantine, by the table that they were meant for.',
  })
  const lag = new Histogram({
    ...common,
    name: 'coelho_lake_commit_lag_seconds',
    help: 'From the append of the oldest record of a commit to the commit.',
    buckets: BUCKETS,
  })
  const files = new Gauge({ ...common, name: 'coelho_lake_files', help: 'Data files of the newest version.' })
  const bytes = new Gauge({ ...common, name: 'coelho_lake_bytes', help: 'Bytes of the newest version.' })
  const gauge = (name: string, help: string, read: (status: TableStatus) => number | null) =>
    new Gauge({
      ...common,
      name,
      help,
      collect() {
        for (const status of statuses()) {
          const value = read(status)
          if (value !== null) this.set({ table: status.table }, value)
        }
      },
    })
  gauge('coelho_lake_last_commit_timestamp_seconds', 'Unix time of the last commit.', ({ lastCommit }) =>
    lastCommit ? lastCommit.at / 1000 : null,
  )
  gauge('coelho_lake_lag_records', 'Records of the log that the table does not have yet.', ({ lag }) => lag)
  gauge(
    'coelho_lake_sink_running',
    '1 while this process writes the table, 0 while it stands by or fails.',
    ({ state }) => (state === 'RUNNING' ? 1 : 0),
  )
  return {
    committed(table, count, lagSeconds) {
      commits.inc({ table })
      rows.inc({ table }, count)
      lag.observe({ table }, lagSeconds)
    },
    quarantined: (table, records) => refused.inc({ table }, records),
    size(table, fileCount, byteCount) {
      files.set({ table }, fileCount)
      bytes.set({ table }, byteCount)
    },
  }
}
