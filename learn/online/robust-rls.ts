import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import { chooseScale, median } from './choose-scale.ts'
import { createDesignRow, type DesignRow, type DesignSpec } from './design-row.ts'
import type { Column, Regressor, Row } from './learner.ts'
import type { LearnerInfo } from './learner-info.ts'
import type { LearnerOptions } from './learner-options.ts'
import { createMedianCorrection, type MedianCorrection } from './median-correction.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from './parameters.ts'
import { createSparseRls, type SparseRls } from './sparse-rls.ts'

const NAME = 'robust-rls'
const PARAMETERS = {
  scale: { default: 'auto' },
  cross: { default: '' },
  forgetting: { default: 0.9995, min: 0.9, max: 1 },
  clip: { default: 3, min: 0.1 },
  correctionRate: { default: 0.0001, min: 0, max: 0.1 },
}
/** Examples after which the design (scale, means, spreads) is chosen again from all so far; after the last it stays. */
const REFITS = [8, 32, 128, 512]
const KEPT = REFITS[REFITS.length - 1]
/** The part of the typical scale below which a row weighs no more. */
const FLOOR = 0.05
/** Share of the newest error in the running mean error, once that many have been seen. */
const ERROR_RATE = 0.001
/** Errors behind the running mean before one that is this many times as large counts as no larger. */
const SETTLED = 32
const WILD = 10
/** Of the saved state, since version 0.5. */
const VERSION = 2
/** How far the median correction may go. */
const MOST_CORRECTION = 2

interface Model {
  spec: DesignSpec
  design: DesignRow
  rls: SparseRls
  /** Running mean of |weighted error|, examples behind it, median correction. */
  meanError: number
  errors: number
  correction: number
  /** In units of the mean error. */
  medians: MedianCorrection
}

/** What the catalogue tells. */
export const robustRlsInfo: LearnerInfo = {
  title: 'Robust recursive least squares',
  task: 'regression',
  description:
    'Least squares on columns that multiply a scale, with clipped errors and a correction towards the median.',
  missing: 'The mean of its column.',
  additive: true,
}

/**
 * Recursive least squares on features that multiply a scale column (or none), built from the declared columns; rows
 * weigh by 1 / scale, innovations are clipped at `clip` times the running mean error (Huber), and a multiplicative
 * correction follows the median of target / prediction, because the median minimises the absolute error.
 * Predictions stay within the targets seen. Parameters: `scale` (a numeric column, `auto` or `none`), `cross`
 * (pairs such as `a*b,c*d` of nominal columns), `forgetting`, `clip`, `correctionRate`.
 */
export function createRobustRls({ columns, params }: LearnerOptions): Regressor {
  return fromState(columns, readParameters(NAME, PARAMETERS, params))
}

/** Reads what follows the name in a saved learner. */
export function loadRobustRls(input: StateReader, columns: readonly Column[]): Regressor {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  input?: StateReader,
): Regressor {
  const { forgetting, clip, correctionRate } = parameters
  const crosses = crossesOf(parameters.cross, columns)
  const declaredScale = scaleOf(parameters.scale, columns)
  let updates = input ? input.f64() : 0
  let lowest = input ? input.f64() : Infinity
  let highest = input ? input.f64() : -Infinity
  let rows: Row[] = []
  let targets: number[] = []
  if (input) {
    targets = [...input.f64s()]
    rows = targets.map(() => input.f64s(columns.length))
  }
  let model = input?.bool() ? loadModel(input) : null

  function loadModel(from: StateReader): Model {
    const scale = from.f64()
    // Version 0.4 had no median correction by row, and five figures instead of six.
    const figures = from.f64s()
    const [floor, typical, meanError, errors, correction] = figures
    const means = from.f64s(columns.length)
    const spec = { columns, crosses, scale, floor, typical, means, spreads: from.f64s(columns.length) }
    const design = createDesignRow(spec, from)
    const rls = createSparseRls(forgetting, from)
    const medians = createMedianCorrection(figures.length > 5 ? from : undefined)
    return { spec, design, rls, meanError, errors, correction, medians }
  }

  /** Chooses the design from the kept examples and learns them again. */
  function refit(): Model {
    const scale = declaredScale === 'auto' ? chooseScale(columns, rows, targets) : declaredScale
    const known = scale < 0 ? [] : rows.map(row => row[scale]).filter(value => value > 0)
    const typical = known.length > 0 ? median(known) : 1
    const floor = scale < 0 ? 1 : FLOOR * typical
    const spec = { columns, crosses, scale, floor, typical, ...standardisation(columns, rows) }
    const design = createDesignRow(spec)
    const fresh: Model = {
      spec,
      design,
      rls: createSparseRls(forgetting),
      meanError: 0,
      errors: 0,
      correction: 1,
      medians: createMedianCorrection(),
    }
    rows.forEach((row, i) => learnWith(fresh, row, targets[i], 1))
    return fresh
  }

  function learnWith(into: Model, row: Row, target: number, weight: number): void {
    const { design, rls } = into
    const sparse = design.admit(row, full => rls.addColumn(full))
    const divisor = design.divisor(row)
    const predicted = rls.predict(sparse)
    const error = target / divisor - predicted
    if (!Number.isFinite(error)) {
      rls.restart()
      return
    }
    const limit = into.errors > 0 ? clip * into.meanError : Infinity
    into.errors += 1
    // One wild target must not change what errors are measured in.
    const most = into.errors > SETTLED ? WILD * into.meanError : Infinity
    into.meanError +=
      (Math.min(most, Math.abs(error)) - into.meanError) * Math.max(ERROR_RATE, 1 / into.errors)
    if (predicted * target > 0) {
      const step = correctionRate * Math.sign(target / (predicted * divisor) - into.correction)
      into.correction = Math.min(MOST_CORRECTION, Math.max(1 / MOST_CORRECTION, into.correction + step))
    }
    if (into.meanError > 0) {
      const remaining = target / divisor - predicted * into.correction
      into.medians.learn(sparse, remaining / into.meanError, 1)
    }
    const root = Math.sqrt(weight)
    if (weight !== 1) for (let j = 0; j < sparse.length; j++) sparse.values[j] *= root
    rls.update(sparse, root * Math.max(-limit, Math.min(limit, error)))
  }

  function predict(row: Row): number {
    if (model === null) return targets.length > 0 ? median(targets) : 0
    const { design, rls, correction, meanError, medians } = model
    const inputs = design.expand(row)
    const value = design.divisor(row) * (correction * rls.predict(inputs) + meanError * medians.at(inputs))
    if (!(value >= lowest)) return lowest
    return value > highest ? highest : value
  }

  return {
    name: NAME,
    task: 'regression',
    parameters,
    get updates() {
      return updates
    },
    predict,
    explain(row, out) {
      out.fill(0)
      if (model === null) return predict(row)
      const { design, rls, correction, meanError, medians } = model
      const { length, indices, values } = design.expand(row)
      const unit = design.divisor(row)
      for (let j = 0; j < length; j++) {
        const i = indices[j]
        const slope = correction * rls.coefficient(i) + meanError * medians.coefficient(i)
        const part = unit * slope * values[j]
        if (Number.isFinite(part)) design.attribute(j, part, out)
      }
      // The base holds the intercept and what clamping takes away.
      let sum = 0
      for (let i = 0; i < out.length; i++) sum += out[i]
      return predict(row) - sum
    },
    learn(row, target, weight = 1) {
      if (!Number.isFinite(target) || !(weight > 0)) return
      updates += 1
      if (target < lowest) lowest = target
      if (target > highest) highest = target
      if (updates <= KEPT) {
        rows.push(row.slice())
        targets.push(target)
      }
      if (REFITS.includes(updates)) model = refit()
      else if (model !== null) learnWith(model, row, target, weight)
      if (updates !== KEPT) return
      rows = []
      targets = []
    },
    sizeBytes: () => (model?.rls.sizeBytes() ?? 0) + 8 * (columns.length + 1) * rows.length,
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(updates)
      out.f64(lowest)
      out.f64(highest)
      out.f64s(Float64Array.from(targets))
      for (const row of rows) out.f64s(row)
      out.bool(model !== null)
      if (model === null) return
      const { spec, design, rls, meanError, errors, correction, medians } = model
      out.f64(spec.scale)
      out.f64s(Float64Array.of(spec.floor, spec.typical, meanError, errors, correction, VERSION))
      out.f64s(spec.means)
      out.f64s(spec.spreads)
      design.save(out)
      rls.save(out)
      medians.save(out)
    },
  }
}

function standardisation(
  columns: readonly Column[],
  rows: readonly Row[],
): { means: Float64Array; spreads: Float64Array } {
  const means = new Float64Array(columns.length)
  const spreads = new Float64Array(columns.length).fill(1)
  columns.forEach(({ kind }, i) => {
    if (kind !== 'numeric') return
    const values = rows.map(row => row[i]).filter(Number.isFinite)
    if (values.length === 0) return
    const mean = values.reduce((sum, value) => sum + value / values.length, 0)
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0)
    means[i] = mean
    if (variance > 0 && variance < Infinity) spreads[i] = Math.sqrt(variance)
  })
  return { means, spreads }
}

/** 'auto', or a column's index, or -1 for none. */
function scaleOf(scale: string, columns: readonly Column[]): number | 'auto' {
  if (scale === 'auto') return 'auto'
  return scale === 'none' ? -1 : columnOf('scale', scale, 'numeric', columns)
}

function crossesOf(cross: string, columns: readonly Column[]): [number, number][] {
  const pairs = cross === '' ? [] : cross.split(',')
  return pairs.map(pair => {
    const names = pair.split('*').map(name => name.trim())
    if (names.length !== 2) {
      throw codedError(
        'INVALID_PARAMETER',
        `Parameter cross of ${NAME} has "${pair}", wanted two columns joined by *.`,
      )
    }
    const [a, b] = names.map(name => columnOf('cross', name, 'nominal', columns))
    return [a, b]
  })
}

function columnOf(parameter: string, name: string, kind: Column['kind'], columns: readonly Column[]): number {
  const index = columns.findIndex(column => column.name === name && column.kind === kind)
  if (index >= 0) return index
  const names = columns.filter(column => column.kind === kind).map(column => column.name)
  throw codedError(
    'INVALID_PARAMETER',
    `Parameter ${parameter} of ${NAME} names ${name}, wanted one of the ${kind} columns ${names.join(', ')}.`,
  )
}
