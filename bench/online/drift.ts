import { cpus } from 'node:os'
import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { createDriftMonitor } from '#learn/drift/drift-monitor.ts'
import { measureDelay } from '#learn/drift/measure-delay.ts'
import { driftScenarios, scenarioColumns } from '#learn/drift/scenarios.ts'
import { createRandom } from '#learn/math/random.ts'
import { eta } from '#use-cases/eta.ts'
import { tfd } from '#use-cases/tfd.ts'
import { stationaryAlarms } from './stationary-alarms.ts'

const RUNS = 100
const CHANGE_AT = 50_000
/** Median, in events. */
const LABEL_DELAY = 2000
const STREAM_EVENTS = 200_000
const SEEDS = ['1', '2', '3', '4', '5']
/** Of delays as a multiple of Lorden's bound, of runs that miss a change, of false alarms in 100k events. */
const LIMITS = { delay: 3, misses: 0.05, falseAlarms: 1 } as const

/** How late are listed changes found, how often not at all, and what is found where nothing changes? */
export function driftFigures(): BenchResult[] {
  return [...delays(), ...lateLabels(), falseAlarms(), cost()]
}

function delays(): BenchResult[] {
  const found = driftScenarios.map(scenario => ({
    scenario,
    ...measureDelay(scenario, { runs: RUNS, changeAt: CHANGE_AT }),
  }))
  for (const { scenario, delay, bound, misses } of found) {
    if (delay <= LIMITS.delay * bound && misses <= LIMITS.misses) continue
    throw new Error(
      `${scenario.name}: found after ${delay} events, missed in ${misses} of the runs, wanted at most ${LIMITS.delay * bound} and ${LIMITS.misses}.`,
    )
  }
  return found.map(({ scenario, delay, bound, misses, falseAlarms }) => {
    const { name, signal, before, after, kl } = scenario
    const change = `${before} -> ${after}, KL ${kl.toPrecision(3)} nats`
    return result(
      `drift, delay from label arrival: ${name}`,
      delay,
      bound,
      'events',
      `signal ${signal}, ${change}; ${RUNS} runs, change after ${CHANGE_AT} events; missed ${percent(misses)}, ${falseAlarms} signals before the change; peer: Lorden's bound ln(100k)/KL`,
    )
  })
}

/** The same from the time of the event, which nobody can do much about. */
function lateLabels(): BenchResult[] {
  const labelled = driftScenarios.filter(({ signal }) => signal === 'label rate' || signal === 'error')
  return labelled.map(scenario => {
    const options = { runs: RUNS / 2, changeAt: CHANGE_AT, labelDelay: LABEL_DELAY }
    const { delay, seen, bound, misses } = measureDelay(scenario, options)
    return result(
      `drift, delay from event time: ${scenario.name}`,
      delay,
      bound,
      'events',
      `labels come log-normally late, median ${LABEL_DELAY} events; ${Math.round(seen)} labels of the new law had come; ${RUNS / 2} runs, missed ${percent(misses)}; peer: Lorden's bound without delay`,
    )
  })
}

function falseAlarms(): BenchResult {
  const streams = SEEDS.flatMap(seed =>
    [tfd, eta].flatMap(useCase =>
      (['parity', 'realistic'] as const).map(mode => ({ useCase, mode, seed, events: STREAM_EVENTS })),
    ),
  )
  const alarms = streams.flatMap(stationaryAlarms)
  const rate = (alarms.length * 100_000) / (streams.length * STREAM_EVENTS)
  if (rate > LIMITS.falseAlarms) {
    throw new Error(`${rate} false alarms in 100,000 events, wanted at most ${LIMITS.falseAlarms}.`)
  }
  const names = alarms.map(({ signal }) => signal).join(', ') || 'none'
  return result(
    'drift, false alarms of all detectors of a session',
    rate,
    null,
    'in 100,000 events',
    `${streams.length} streams without drift of ${STREAM_EVENTS} events: TFD and ETA, parity and realistic, their default learners learning; signals: ${names}`,
  )
}

function cost(): BenchResult {
  const random = createRandom('cost')
  const rows = Array.from({ length: 20_000 }, () =>
    Float64Array.from(scenarioColumns, ({ kind }, i) =>
      kind === 'numeric' ? random.normal() : random.below(2 + i),
    ),
  )
  const monitor = createDriftMonitor({ columns: scenarioColumns, task: 'classification' })
  const times = Array.from({ length: 12 }, () => {
    const start = process.cpuUsage()
    for (const row of rows) monitor.observe(row, 0.01)
    for (let i = 0; i < rows.length; i++) monitor.outcome(0, 0, 0.01)
    const { user, system } = process.cpuUsage(start)
    return ((user + system) * 1000) / rows.length
  })
  const best = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
  return result(
    'drift, cost of a monitor',
    best,
    null,
    'ns CPU an event',
    `${scenarioColumns.length} columns of which two tell the time, score, error and label; median of ${times.length} passes over ${rows.length} events on ${cpus().length} cores`,
  )
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`
}

function result(name: string, ours: number, peer: number | null, unit: string, method: string): BenchResult {
  return {
    name,
    ours,
    peer,
    ratio: peer === null ? null : ours / peer,
    unit,
    method,
    environment: environment(),
  }
}
