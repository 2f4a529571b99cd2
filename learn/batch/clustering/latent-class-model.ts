import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { BatchColumn, Dataset } from '../dataset.ts'
import { loadColumns, saveColumns } from '../encoder/column-state.ts'
import { type ClassTables, logJoint, normalise } from './latent/class-tables.ts'
import { countGroups } from './latent/group-counts.ts'
import { MOST_COUNTED } from './latent/class-sums.ts'
import { risingOf } from './latent/compound.ts'
import { createLayout, type Layout } from './latent/layout.ts'
import { loadNumericScales, type NumericScales } from './latent/numeric-scales.ts'

/** Groups of rows to be assigned, as in `fitLatentClasses`. */
export interface GroupedRows {
  data: Dataset
  /** Group of each row, 0 and up without gaps; null: every row is a group. Rows of a group are in the order of time. */
  groups: Int32Array | null
  /** Sequence of each row within its group, such as the session of a customer; null: a group is one sequence. */
  sequences?: Int32Array | null
  /** Whether the sequences are over, so that their length counts. */
  ended?: boolean
}

export interface ClassAssignments {
  /** Most probable class of each group. */
  readonly labels: Int32Array
  /** Posterior of each group and class, at group * k + class. */
  readonly posteriors: Float64Array
  /** Log likelihood of each group. */
  readonly logLikelihoods: Float64Array
}

/** A fitted mixture of latent classes, the largest class first. */
export interface LatentClassModel {
  readonly columns: readonly BatchColumn[]
  readonly k: number
  /** Share of the groups of each class. */
  readonly shares: Float64Array
  assignGroups(rows: GroupedRows): ClassAssignments
  /** Posterior of one row alone as `Dataset` codes it, as the first of a group that goes on; into `out`, `k` long. Returns the log likelihood. */
  assignRow(row: Float64Array, out: Float64Array): number
  /** Numeric column: mean of each class. Throws INVALID_PARAMETER for a nominal one. */
  means(column: number): Float64Array
  save(out: StateWriter): void
}

export function createLatentClassModel(
  layout: Layout,
  scales: NumericScales,
  tables: ClassTables,
): LatentClassModel {
  const { columns, numeric, nominal, cellOf } = layout
  const { k, logShares, logCells, gaussians } = tables
  return {
    columns,
    k,
    shares: logShares.map(Math.exp),
    assignGroups({ data, groups, sequences = null, ended = false }) {
      const counts = countGroups({ data, layout, scales, groups, sequences, ended })
      const labels = new Int32Array(counts.groups)
      const posteriors = new Float64Array(counts.groups * k)
      const logLikelihoods = new Float64Array(counts.groups)
      for (let group = 0; group < counts.groups; group++) {
        const own = posteriors.subarray(group * k, (group + 1) * k)
        logJoint(tables, layout, counts, group, own)
        logLikelihoods[group] = normalise(own)
        labels[group] = indexOfLargest(own)
      }
      return { labels, posteriors, logLikelihoods }
    },
    assignRow(row, out) {
      for (let c = 0; c < k; c++) out[c] = logShares[c]
      for (const column of nominal) {
        if (!(row[column] >= 0)) continue
        const at = (cellOf[column] + row[column]) * k
        for (let c = 0; c < k; c++) out[c] += logCells[at + c]
      }
      for (let j = 0; j < numeric.length; j++) {
        const value = scales.standardise(j, row[numeric[j]])
        if (value !== value) continue
        for (let c = 0; c < k; c++) {
          const at = 3 * (j * k + c)
          out[c] += gaussians[at] + value * gaussians[at + 1] + value * value * gaussians[at + 2]
        }
      }
      return normalise(out)
    },
    means(column) {
      const j = numeric.indexOf(column)
      if (j < 0) throw codedError('INVALID_PARAMETER', `Column ${column} has no mean, wanted a numeric one.`)
      return Float64Array.from({ length: k }, (_, c) => {
        const at = 3 * (j * k + c)
        // Factors are own mean / variance and -1/2 / variance; without a value in training there are none.
        const own = gaussians[at + 2] < 0 ? gaussians[at + 1] / (-2 * gaussians[at + 2]) : 0
        return scales.means[j] + own * scales.deviations[j]
      })
    },
    save(out) {
      saveColumns(out, columns)
      out.bytes(layout.once)
      out.str(columns[layout.transition]?.name ?? '')
      scales.save(out)
      out.f64s(logShares)
      out.f64s(logCells)
      out.f64s(gaussians)
      out.bool(layout.slots > 0)
      out.u32(tables.rising.most)
      out.f64s(tables.concentrations)
    },
  }
}

/** Throws an error with code CHECKPOINT_CORRUPT for what `save` cannot have written. */
export function loadLatentClassModel(input: StateReader): LatentClassModel {
  const columns = loadColumns(input)
  const once = input.bytes(columns.length)
  const transition = input.str()
  const numerics = columns.filter(({ kind }) => kind === 'numeric').length
  const scales = loadNumericScales(input, numerics)
  const logShares = input.f64s()
  const k = logShares.length
  const logCells = input.f64s()
  const gaussians = input.f64s(3 * numerics * k)
  const compound = input.bool()
  const most = input.u32()
  const concentrations = input.f64s()
  const layout = layoutOf(columns, once, transition, compound)
  const tables = [scales.means, logShares, logCells, gaussians]
  const positive = [...scales.deviations, ...concentrations].every(value => value > 0 && value < Infinity)
  if (k === 0 || most > MOST_COUNTED || !positive || !tables.every(values => values.every(Number.isFinite))) {
    throw corrupt(`${k} classes with finite tables and counts up to ${most} were found.`)
  }
  if (logCells.length !== layout.cells * k || concentrations.length !== layout.compounds.length * k) {
    throw corrupt(`its tables hold ${logCells.length} cells of ${k} classes, wanted ${layout.cells * k}.`)
  }
  const rising = risingOf({ k, layout, logCells, concentrations, most })
  return createLatentClassModel(layout, scales, { k, logShares, logCells, gaussians, concentrations, rising })
}

function layoutOf(
  columns: readonly BatchColumn[],
  flags: Uint8Array,
  transition: string,
  compound: boolean,
): Layout {
  const once = columns.flatMap(({ name }, i) => (flags[i] === 1 ? [name] : []))
  try {
    return createLayout({ columns, once, transition, compound })
  } catch (error) {
    throw corrupt((error as Error).message)
  }
}

function corrupt(detail: string): Error {
  return codedError('CHECKPOINT_CORRUPT', `The mixture of latent classes is corrupt: ${detail}`)
}

function indexOfLargest(values: Float64Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}
