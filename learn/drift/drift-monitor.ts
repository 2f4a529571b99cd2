import type { MetricTask } from '../metrics/catalogue.ts'
import { codedError } from '../coded-error.ts'
import type { Column, Row } from '../online/learner.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { DriftSignal } from './drift-signal.ts'
import { RegimeMeans } from './regime-means.ts'
import { WatchedSignal, type WatchOptions } from './watched-signal.ts'

export interface DriftMonitorOptions {
  columns: readonly Column[]
  task: MetricTask
  /** Events wanted between two false alarms of all signals together. */
  arl?: number
}

/** Watches features, scores, errors and labels of one session. Allocates only when something is found. */
export interface DriftMonitor {
  /** An event without its label; the score is a probability, a prediction, or NaN where there is none. */
  observe(row: Row, score: number): void
  /**
   * A label that matured: loss of the prediction, 0 or more, 1 or 0 where it is right or wrong, and of a classifier
   * the label. `regime` is `regimeOf` the row; it matters where errors depend on the clock.
   */
  outcome(loss: number, label: number, score: number, regime?: number): void
  /** The values of the clock columns as one number, 0 without any. */
  regimeOf(row: Row): number
  /** What was found since the last call; null when nothing was. */
  take(): DriftSignal[] | null
  save(out: StateWriter): void
  sizeBytes(): number
}

const VERSION = 1
/** Values of a clock column beyond are folded: hours fit. */
const CLOCK_CODES = 32
const DEFAULT_ARL = 1_000_000

/**
 * A feature with `clock: true` is not watched. What a regression predicts, and its error, depend on the clock by
 * themselves, so both are taken relative to the mean of their regime: the crossed clock columns.
 */
export function createDriftMonitor({ columns, task, arl = DEFAULT_ARL }: DriftMonitorOptions): DriftMonitor {
  return monitorOf(columns, task, arl)
}

/** Continues bit for bit, given the same columns. Throws CHECKPOINT_CORRUPT for another version or other columns. */
export function loadDriftMonitor(input: StateReader, columns: readonly Column[]): DriftMonitor {
  const version = input.u8()
  if (version !== VERSION) {
    throw codedError('CHECKPOINT_CORRUPT', `The drift monitor has version ${version}, wanted ${VERSION}.`)
  }
  const task = input.str()
  return monitorOf(columns, task as MetricTask, input.f64(), input)
}

function monitorOf(
  columns: readonly Column[],
  task: MetricTask,
  arl: number,
  saved: StateReader | null = null,
): DriftMonitor {
  const places = columns.flatMap(({ clock }, i) => (clock ? [] : [i]))
  const clocks = columns.flatMap(({ clock }, i) => (clock ? [i] : []))
  const watchedOutcomes = task === 'clustering' ? 0 : 3
  const logArl = Math.log(arl * Math.max(1, places.length + watchedOutcomes))
  const isRegression = task === 'regression'
  const watch = (signal: string, kind: WatchOptions['kind'], more: Partial<WatchOptions> = {}) =>
    new WatchedSignal({ signal, kind, logArl, ...more })
  const features = places.map(i =>
    watch(`feature:${columns[i].name}`, columns[i].kind === 'nominal' ? 'category' : 'number'),
  )
  const score = watch('score', isRegression ? 'ratio' : 'probability', { settles: true })
  const error = watch('error', isRegression ? 'ratio' : 'loss', { settles: true, risesOnly: true })
  const labels = watch('label rate', 'rate')
  const signals = [...features, score, error, labels]
  const scoreMeans = new RegimeMeans()
  const errorMeans = new RegimeMeans()
  let found: DriftSignal[] | null = null

  function alarm(signal: WatchedSignal, means: RegimeMeans | null): void {
    const report = signal.report()
    signal.restart()
    if (report) {
      found ??= []
      found.push(report)
      means?.restart()
    }
  }

  function regimeOf(row: Row): number {
    let regime = 0
    for (let i = 0; i < clocks.length; i++) {
      const code = row[clocks[i]]
      regime = regime * CLOCK_CODES + (code >= 0 ? Math.trunc(code) % CLOCK_CODES : CLOCK_CODES - 1)
    }
    return regime
  }

  if (saved) {
    for (const signal of signals) signal.load(saved)
    scoreMeans.load(saved)
    errorMeans.load(saved)
  }

  return {
    regimeOf,
    observe(row, value) {
      for (let i = 0; i < places.length; i++) {
        if (features[i].observe(row[places[i]])) alarm(features[i], null)
      }
      if (task === 'clustering') return
      if (!isRegression) {
        if (score.observe(value)) alarm(score, null)
        return
      }
      const ratio = scoreMeans.ratio(regimeOf(row), value)
      if (ratio === ratio && score.observe(ratio)) alarm(score, scoreMeans)
    },
    outcome(loss, label, _score, regime = 0) {
      const value = isRegression ? errorMeans.ratio(regime, loss) : loss
      if (value - value === 0 && error.observe(value)) alarm(error, errorMeans)
      if (task === 'classification' && labels.observe(label)) alarm(labels, null)
    },
    take() {
      const taken = found
      found = null
      return taken
    },
    save(out) {
      out.u8(VERSION)
      out.str(task)
      out.f64(arl)
      for (const signal of signals) signal.save(out)
      scoreMeans.save(out)
      errorMeans.save(out)
    },
    sizeBytes: () =>
      signals.reduce((sum, signal) => sum + signal.sizeBytes, scoreMeans.bytes + errorMeans.bytes),
  }
}
