import type { Random } from '../math/random.ts'
import type { Column } from '../online/learner.ts'
import type { DriftMonitor } from './drift-monitor.ts'

/** A change of known size, and what it is known to cost any detector at least. */
export interface DriftScenario {
  name: string
  /** What has to be named. */
  signal: string
  task: 'classification' | 'regression'
  before: string
  after: string
  /** Kullback-Leibler divergence of the law after from the law before, nats an event. */
  kl: number
  /** Shows the monitor one event, or its outcome, of the law before or after. */
  feed(monitor: DriftMonitor, random: Random, changed: boolean, at: number): void
}

/** As many as the fraud use case declares: a false alarm of any of them counts. */
export const scenarioColumns: readonly Column[] = [
  { name: 'amount', kind: 'numeric' },
  { name: 'country', kind: 'nominal' },
  ...Array.from({ length: 9 }, (_, i): Column => ({ name: `other${i}`, kind: 'nominal' })),
  { name: 'hour', kind: 'nominal', clock: true },
  { name: 'weekday', kind: 'nominal', clock: true },
]

/** Column of the hour. */
const HOUR = 11
/** Events in an hour of the error scenario. */
const HOUR_EVENTS = 700
const row = new Float64Array(scenarioColumns.length)

export const driftScenarios: readonly DriftScenario[] = [
  labelRate(0.01, 0.02),
  labelRate(0.01, 0.05),
  errorRate(0.05, 0.1),
  errorRate(0.1, 0.2),
  shiftedAmount(0.25),
  shiftedAmount(0.5),
  shiftedAmount(1),
  categoryShare(0.05, 0.1),
  categoryShare(0.2, 0.4),
  missingShare(0.02, 0.06),
  scoreShare(0.02, 0.05),
  relativeError(1.25),
  relativeError(1.5),
]

/** Events that the best detector needs on average when it errs once in `arl` events (Lorden 1971): ln(arl) / KL. */
export function lordenBound(kl: number, arl = 100_000): number {
  return Math.log(arl) / kl
}

function labelRate(before: number, after: number): DriftScenario {
  return {
    ...rateScenario('label rate', 'label rate', before, after),
    feed: (monitor, random, changed) =>
      monitor.outcome(0, random.next() < (changed ? after : before) ? 1 : 0, 0.1),
  }
}

function errorRate(before: number, after: number): DriftScenario {
  return {
    ...rateScenario('error rate', 'error', before, after),
    feed: (monitor, random, changed) =>
      monitor.outcome(random.next() < (changed ? after : before) ? 1 : 0, 0, 0.1),
  }
}

/** The share of events that are scored as likely. */
function scoreShare(before: number, after: number): DriftScenario {
  return {
    ...rateScenario('share of scores about .8', 'score', before, after),
    feed(monitor, random, changed) {
      const isHigh = random.next() < (changed ? after : before)
      row.fill(0)
      monitor.observe(row, (isHigh ? 0.6 : 0) + 0.4 * random.next() ** 4)
    },
  }
}

/** Log-normal amounts, of which one in a thousand is a hundred times as large, shifted by standard deviations. */
function shiftedAmount(shift: number): DriftScenario {
  return {
    name: `log amount shifted by ${shift} standard deviations`,
    signal: 'feature:amount',
    task: 'classification',
    before: '0',
    after: `${shift}`,
    kl: (shift * shift) / 2,
    feed(monitor, random, changed) {
      row.fill(0)
      const outlier = random.next() < 0.001 ? 100 : 1
      row[0] = outlier * Math.exp(4 + random.normal() + (changed ? shift : 0))
      monitor.observe(row, 0.01)
    },
  }
}

function categoryShare(before: number, after: number): DriftScenario {
  return {
    ...rateScenario('share of a category', 'feature:country', before, after),
    feed(monitor, random, changed) {
      row.fill(0)
      row[1] = random.next() < (changed ? after : before) ? 3 : 4 + random.below(12)
      monitor.observe(row, 0.01)
    },
  }
}

function missingShare(before: number, after: number): DriftScenario {
  return {
    ...rateScenario('share of missing amounts', 'feature:amount', before, after),
    feed(monitor, random, changed) {
      row.fill(0)
      row[0] = random.next() < (changed ? after : before) ? Number.NaN : random.next()
      monitor.observe(row, 0.01)
    },
  }
}

/** Exponential errors whose mean is of each hour; the factor comes on top. */
function relativeError(factor: number): DriftScenario {
  return {
    name: `error of a regression times ${factor}, hours apart by a factor of four`,
    signal: 'error',
    task: 'regression',
    before: '1',
    after: `${factor}`,
    kl: factor - 1 - Math.log(factor),
    feed(monitor, random, changed, at) {
      const hour = Math.floor(at / HOUR_EVENTS) % 24
      row.fill(0)
      row[HOUR] = hour
      const usual = 100 * (1 + (hour % 4))
      const error = -Math.log(1 - random.next()) * usual * (changed ? factor : 1)
      monitor.outcome(error, 1000, 1000, monitor.regimeOf(row))
    },
  }
}

function rateScenario(name: string, signal: string, before: number, after: number) {
  const kl = after * Math.log(after / before) + (1 - after) * Math.log((1 - after) / (1 - before))
  const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`
  const [from, to] = [percent(before), percent(after)]
  return {
    name: `${name} from ${from} to ${to}`,
    signal,
    task: 'classification' as const,
    before: from,
    after: to,
    kl,
  }
}
