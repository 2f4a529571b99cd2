import { codedError } from '../coded-error.ts'
import { findLeaks, LEAK_FACTOR } from './find-leaks.ts'
import { findAfterEvent, findClockFraction, findId } from './field-checks.ts'
import type { GuardColumn, GuardFinding } from './guard-column.ts'
import { createResidualProbe } from './residual-probe.ts'

/** Rows that the probe looks at. */
const MOST_ROWS = 5000
/** Fewer labelled rows say nothing about a leak. */
const FEWEST_ROWS = 200

export interface GuardOptions {
  columns: readonly GuardColumn[]
  /** The label of each row, a class from 0 or a value; NaN where unknown. Null: there is none, and no leak into it. */
  target: ArrayLike<number> | null
  task: 'classification' | 'regression' | 'clustering'
  /** Event time of each row in ms, for what tells the time. */
  times?: ArrayLike<number> | null
  /** Columns that someone has looked at and vouches for. */
  acknowledged?: readonly string[]
  seed?: number
}

/**
 * Columns that no honest model may see: known only later, names of events, fractions of the clock, and whatever gives the
 * target away, alone or up to four together. Deterministic for a seed. Takes seconds for 5000 rows with a leak, less
 * without one. A column that one check names is not looked at by the next.
 * @throws Error with code `INVALID_GUARD_INPUT` where lengths differ or a label is impossible.
 */
export async function inspectFeatures({
  columns,
  target,
  task,
  times = null,
  acknowledged = [],
  seed = 1,
}: GuardOptions): Promise<GuardFinding[]> {
  checkLengths(columns, target, times)
  const findings: Omit<GuardFinding, 'acknowledged'>[] = []
  const honest: GuardColumn[] = []
  for (const column of columns) {
    const finding =
      findLater(column) ??
      findId(column) ??
      (times && (findClockFraction(column, times) ?? findAfterEvent(column, times)))
    if (finding) findings.push(finding)
    else honest.push(column)
  }
  if (target !== null && task !== 'clustering') {
    const rows = labelledRows(target, task)
    if (rows.length >= FEWEST_ROWS) {
      const suspects = honest.filter(({ clock }) => !clock)
      const probe = createResidualProbe({
        columns: suspects.map(column => ({ ...column, values: rows.map(row => column.values[row]) })),
        target: Float64Array.from(rows, row => target[row]),
        task,
        seed,
      })
      for (const { fields, factor } of await findLeaks(
        probe,
        suspects.map(({ name }) => name),
      )) {
        findings.push(leak(fields, factor, task))
      }
    }
  }
  return findings.map(finding => ({
    ...finding,
    acknowledged: finding.fields.every(field => acknowledged.includes(field)),
  }))
}

function leak(fields: readonly string[], factor: number, task: string): Omit<GuardFinding, 'acknowledged'> {
  const what = task === 'regression' ? 'variance' : 'deviance'
  const who = fields.length === 1 ? `Field ${fields[0]} leaves` : `Fields ${fields.join(', ')} together leave`
  return {
    code: 'LEAK',
    fields,
    statistic: `residual ${what} without / with`,
    value: factor,
    limit: LEAK_FACTOR,
    message: `${who} 1/${Math.round(factor)} of the residual ${what}: the target, or its causes, seem to be in there. Remove or acknowledge what is known only afterwards; at most a cut to 1/${LEAK_FACTOR} is wanted.`,
  }
}

function findLater({ name, availability }: GuardColumn): Omit<GuardFinding, 'acknowledged'> | null {
  if (availability !== 'later') return null
  return {
    code: 'LATER_FIELD',
    fields: [name],
    statistic: 'declared availability',
    value: 1,
    limit: 0,
    message: `Field ${name} is declared to be known only later, wanted one that is known when the event happens.`,
  }
}

/** The latest rows that have a label, in order. */
function labelledRows(target: ArrayLike<number>, task: string): number[] {
  const rows: number[] = []
  for (let row = target.length - 1; row >= 0 && rows.length < MOST_ROWS; row--) {
    const label = target[row]
    if (Number.isNaN(label)) continue
    const isPossible =
      task === 'classification' ? Number.isInteger(label) && label >= 0 : Number.isFinite(label)
    if (!isPossible) {
      throw invalid(
        `row ${row} has the label ${label}, wanted ${task === 'classification' ? 'a class from 0' : 'a finite number'}`,
      )
    }
    rows.push(row)
  }
  return rows.reverse()
}

function checkLengths(
  columns: readonly GuardColumn[],
  target: ArrayLike<number> | null,
  times: ArrayLike<number> | null,
): void {
  const rows = columns[0]?.values.length ?? 0
  const wrong = columns.find(({ values }) => values.length !== rows)
  if (wrong) throw invalid(`column ${wrong.name} has ${wrong.values.length} rows, wanted ${rows}`)
  if (target !== null && target.length !== rows)
    throw invalid(`there are ${target.length} labels, wanted ${rows}`)
  if (times !== null && times.length !== rows)
    throw invalid(`there are ${times.length} times, wanted ${rows}`)
}

function invalid(problem: string): Error {
  return codedError('INVALID_GUARD_INPUT', `The columns cannot be inspected: ${problem}.`)
}
