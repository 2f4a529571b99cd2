import { trainBoosting } from '../batch/boosting/train-boosting.ts'
import type { BatchColumn, Dataset } from '../batch/dataset.ts'
import { createRandom } from '../math/random.ts'
import { categoryOf, type GuardColumn } from './guard-column.ts'

/** Rows that the trees learn from; the others judge them. */
const TRAINING_SHARE = 0.7
const PARAMS = {
  iterations: 600,
  learningRate: 0.1,
  depth: 4,
  minLeafRows: 5,
  l2: 1,
  earlyStoppingRounds: 30,
}

export interface ResidualProbe {
  /**
   * What boosted trees over these columns leave unexplained of the target on rows that they have not seen, row by row:
   * squared errors, or the log loss in nats. Without columns, or where they say nothing: what a constant leaves.
   */
  losses(names: readonly string[]): Promise<Float64Array>
}

/** `target` has a number for each row: a class from 0, or a value. */
export function createResidualProbe({
  columns,
  target,
  task,
  seed,
}: {
  columns: readonly GuardColumn[]
  target: Float64Array
  task: 'classification' | 'regression'
  seed: number
}): ResidualProbe {
  const coded = new Map(columns.map(column => [column.name, encode(column)]))
  const { train, test } = split(target.length, seed)
  const classes = task === 'classification' ? 1 + target.reduce((most, y) => Math.max(most, y), 1) : 0
  const isConstantTarget = new Set(take(target, train)).size < 2
  const objective = task === 'regression' ? 'regression' : classes > 2 ? 'multiclass' : 'binary'
  const part = (chosen: readonly Coded[], rows: Int32Array) => ({
    data: pick(chosen, rows),
    labels: take(target, rows),
  })

  return {
    async losses(names) {
      const chosen = names.map(name => coded.get(name) as Coded).filter(({ isConstant }) => !isConstant)
      if (chosen.length === 0 || isConstantTarget)
        return constantLosses(take(target, train), take(target, test), classes)
      const judged = part(chosen, test)
      const { scorer } = await trainBoosting({
        objective,
        ...(classes > 2 ? { classes } : {}),
        train: part(chosen, train),
        validation: judged,
        params: PARAMS,
        seed,
      })
      const raw = scorer.rawAll(judged.data)
      return task === 'regression' ? squares(raw, judged.labels) : logLosses(raw, judged.labels, classes)
    },
  }
}

interface Coded {
  column: BatchColumn
  values: Float64Array | Int32Array
  isConstant: boolean
}

function encode({ name, kind, values }: GuardColumn): Coded {
  if (kind === 'numeric') {
    const numbers = Float64Array.from(values, value =>
      value === null || value === undefined || typeof value === 'object' ? Number.NaN : Number(value),
    ).map(value => (Number.isFinite(value) ? value : Number.NaN))
    return { column: { name, kind }, values: numbers, isConstant: new Set(numbers).size < 2 }
  }
  const codes = new Map<string, number>()
  const coded = Int32Array.from(values, value => {
    const category = categoryOf(value)
    if (category === null) return -1
    const known = codes.get(category) ?? codes.size
    codes.set(category, known)
    return known
  })
  return {
    column: { name, kind, categories: [...codes.keys()] },
    values: coded,
    isConstant: new Set(coded).size < 2,
  }
}

function pick(columns: readonly Coded[], rows: Int32Array): Dataset {
  return {
    rows: rows.length,
    columns: columns.map(({ column }) => column),
    values: columns.map(({ values }) => take(values, rows)),
  }
}

function take<Values extends Float64Array | Int32Array>(values: Values, rows: Int32Array): Values {
  const taken = values.slice(0, rows.length) as Values
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]]
  return taken
}

/** Fisher-Yates. */
function split(rows: number, seed: number): { train: Int32Array; test: Int32Array } {
  const random = createRandom(seed)
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  for (let i = rows - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const swapped = order[i]
    order[i] = order[j]
    order[j] = swapped
  }
  const border = Math.round(TRAINING_SHARE * rows)
  return { train: order.slice(0, border), test: order.slice(border) }
}

/** Of the mean, or of the class shares, of the known labels. */
function constantLosses(known: Float64Array, labels: Float64Array, classes: number): Float64Array {
  if (classes === 0) {
    const mean = known.reduce((sum, y) => sum + y, 0) / known.length
    return squares(new Float64Array(labels.length).fill(mean), labels)
  }
  const counts = new Float64Array(classes).fill(0.5)
  for (const y of known) counts[y] += 1
  const total = known.length + classes / 2
  return labels.map(y => -Math.log(counts[y] / total))
}

function squares(predicted: Float64Array, labels: Float64Array): Float64Array {
  return labels.map((y, i) => (predicted[i] - y) ** 2)
}

function logLosses(raw: Float64Array, labels: Float64Array, classes: number): Float64Array {
  if (classes === 2) {
    return labels.map((y, i) => {
      const margin = y === 1 ? raw[i] : -raw[i]
      return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin
    })
  }
  return labels.map((y, i) => {
    const row = raw.subarray(i * classes, (i + 1) * classes)
    const highest = row.reduce((most, score) => Math.max(most, score), -Infinity)
    return highest + Math.log(row.reduce((sum, score) => sum + Math.exp(score - highest), 0)) - row[y]
  })
}
