import type { MetricPoint, Run, RunStatus } from '#ports/tracking.ts'
import { fromStored } from '../core/metric-number.ts'
import { endShown } from '../core/run-end.ts'
import { withoutRequestTag } from '../core/request-tag.ts'
import type { WireEntry, WireMetric, WireRun } from './wire.ts'

/** A run as the port shows it. */
export const runOfWire = ({ info, data }: WireRun): Run => {
  const status = info.status as RunStatus
  const tags = withoutRequestTag(entriesOfWire(data.tags))
  return {
    id: info.run_id,
    experimentId: info.experiment_id,
    name: info.run_name ?? tags['mlflow.runName'] ?? '',
    status,
    startedAt: info.start_time ?? 0,
    endedAt: endShown({ status, endedAt: info.end_time ?? null }),
    params: entriesOfWire(data.params),
    tags,
    metrics: (data.metrics ?? []).map(pointOfWire).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

/** A point; texts stand for what JSON has no number for. */
export const pointOfWire = ({ key, value, step = 0, timestamp }: WireMetric): MetricPoint => ({
  name: key,
  value: fromStored(Number(value)),
  step: Number(step),
  at: Number(timestamp),
})

export const entriesOfWire = (entries: readonly WireEntry[] = []): Record<string, string> =>
  Object.fromEntries(entries.map(({ key, value = '' }) => [key, value]))

export const entriesToWire = (entries: Readonly<Record<string, string>>): WireEntry[] =>
  Object.entries(entries).map(([key, value]) => ({ key, value }))
