import type { ServiceReport } from '#subgraphs/service-status.ts'
import type { SinkStatus, TableStatus } from '#subgraphs/sql/sink/sink-status.ts'

/** Faults that are those of the store and not of what is written. */
const OF_THE_LAKE = /^(ENGINE_|STORAGE_|LAKE_)/

/** How the sink is, with how far it is behind the log. */
export function sinkReport({ tables }: SinkStatus): ServiceReport {
  const troubled = tables.filter(({ problem }) => problem !== null)
  const starting = tables.filter(({ state }) => state === 'STARTING')
  const behind = `${lagOf(tables)} records behind`
  if (troubled.length > 0) {
    const isStopped = tables.every(({ state }) => state === 'STOPPED')
    return { state: isStopped ? 'DOWN' : 'DEGRADED', message: `${told(troubled)}; ${behind}.` }
  }
  if (starting.length > 0) return { state: 'DEGRADED', message: 'Opening its tables.' }
  if (tables.every(({ state }) => state === 'STANDBY')) return { state: 'UP', message: 'Standing by.' }
  return { state: 'UP', message: `${tables.length} tables, ${behind}.` }
}

/** How the lake is as its writer finds it; `name` says where it is. */
export function lakeReport({ tables }: SinkStatus, name: string): ServiceReport | null {
  // Who only stands by does not know.
  if (tables.every(({ state }) => state === 'STANDBY')) return null
  const troubled = tables.filter(({ problem }) => problem !== null && OF_THE_LAKE.test(problem.code))
  if (troubled.length === 0) return { state: 'UP', message: name }
  return {
    state: troubled.length === tables.length ? 'DOWN' : 'DEGRADED',
    message: `${name}: ${told(troubled)}.`,
  }
}

function lagOf(tables: readonly TableStatus[]): number {
  return tables.reduce((sum, { lag }) => sum + (lag ?? 0), 0)
}

function told([first, ...others]: readonly TableStatus[]): string {
  const reason = first?.problem?.message.replace(/\.$/, '')
  const more = others.length > 0 ? `, and ${others.length} more tables` : ''
  return `${first?.table}: ${reason}${more}`
}
