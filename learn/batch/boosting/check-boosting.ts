import { codedError } from '../../coded-error.ts'
import type { Dataset } from '../dataset.ts'
import type { BoostingOptions, BoostingPart } from './boosting-options.ts'
import type { BoostingMetric } from './boosting-parameters.ts'
import { categoriesOf } from './feature-plan.ts'

/**
 * Refuses what cannot be learned from. Codes: NO_ROWS, SIZE_MISMATCH, COLUMN_MISMATCH, BAD_LABEL, BAD_WEIGHT, ONE_CLASS,
 * CONSTANT_LABEL, INVALID_PARAMETER.
 */
export function checkBoosting(
  { objective, classes, quantile, train, validation }: BoostingOptions,
  metric: BoostingMetric,
): void {
  if (objective === 'quantile' && quantile !== undefined && !(quantile > 0 && quantile < 1)) {
    throw codedError(
      'INVALID_PARAMETER',
      `The quantile is ${quantile}, wanted a number between 0 and 1, neither included.`,
    )
  }
  if (
    objective === 'multiclass' &&
    !(Number.isInteger(classes) && (classes as number) >= 2 && (classes as number) <= 1000)
  ) {
    throw codedError('INVALID_PARAMETER', `The number of classes is ${classes}, wanted 2 to 1000.`)
  }
  checkPart('training', train)
  if (validation) checkPart('validation', validation)
  if (validation) checkColumns(train.data, validation.data)
  const most = objective === 'binary' ? 1 : objective === 'multiclass' ? (classes as number) - 1 : null
  checkLabels('training', train, most)
  if (validation) checkLabels('validation', validation, most)
  checkVariety('training', train, most)
  // A ranking of one class has no figures.
  if (validation && (metric === 'auc' || metric === 'averagePrecision'))
    checkVariety('validation', validation, most)
}

function checkPart(name: string, { data, labels, weights }: BoostingPart): void {
  if (data.rows < 1 || data.columns.length < 1) {
    throw codedError(
      'NO_ROWS',
      `The ${name} part has ${data.rows} rows of ${data.columns.length} columns, wanted at least one of each.`,
    )
  }
  const lengths = [...data.values, labels, ...(weights ? [weights] : [])].map(({ length }) => length)
  const wrong = lengths.find(length => length !== data.rows)
  if (wrong !== undefined || data.values.length !== data.columns.length) {
    throw codedError(
      'SIZE_MISMATCH',
      `The ${name} part of ${data.rows} rows and ${data.columns.length} columns holds ${data.values.length} columns, labels or weights of which have ${wrong ?? data.rows} rows.`,
    )
  }
  if (!weights) return
  const bad = weights.find(weight => !(weight >= 0 && weight < Infinity))
  if (bad !== undefined || weights.every(weight => weight === 0)) {
    throw codedError(
      'BAD_WEIGHT',
      `A weight of the ${name} part is ${bad ?? 0}, wanted finite ones, none negative and not all 0.`,
    )
  }
}

function checkColumns(train: Dataset, validation: Dataset): void {
  const of = ({ columns }: Dataset) =>
    columns.map(column => `${column.name} (${column.kind}, ${categoriesOf(column)} categories)`).join(', ')
  if (of(train) === of(validation)) return
  throw codedError('COLUMN_MISMATCH', `Validation has columns ${of(validation)}, wanted ${of(train)}.`)
}

/** `most`: highest class; null where any finite number is a label. */
function checkLabels(name: string, { labels }: BoostingPart, most: number | null): void {
  const isGood = (label: number) =>
    most === null ? Number.isFinite(label) : Number.isInteger(label) && label >= 0 && label <= most
  const bad = labels.findIndex(label => !isGood(label))
  if (bad < 0) return
  throw codedError(
    'BAD_LABEL',
    `Label ${bad} of the ${name} part is ${labels[bad]}, wanted ${most === null ? 'a finite number' : `an integer from 0 to ${most}`}.`,
  )
}

function checkVariety(name: string, { labels, weights }: BoostingPart, most: number | null): void {
  const first = labels.findIndex((_, i) => !weights || weights[i] > 0)
  if (labels.some((label, i) => label !== labels[first] && (!weights || weights[i] > 0))) return
  const problem = `All labels of the ${name} part are ${labels[first]}`
  if (most === null) throw codedError('CONSTANT_LABEL', `${problem}, wanted at least two values.`)
  throw codedError('ONE_CLASS', `${problem}, wanted at least two classes.`)
}
