import { groupMeans } from '#learn/batch/clustering/group-means.ts'
import { type Design, fitDesign } from '#learn/batch/encoder/design.ts'
import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import type { Table } from '#learn/batch/table-file.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartSampled } from '../chart-family.ts'
import type { RunData } from '../run-data.ts'
import { type ClusteredGroups, clusteredGroups } from './clustered-groups.ts'
import { takeRows } from './take-rows.ts'

interface ClusteredPoints {
  /** Row-major, numbers scaled to unit variance, categories one-hot: the space in which k-means works. */
  data: Float64Array
  width: number
  labels: Int32Array
  k: number
  /** Points of each cluster before any were drawn. */
  sizes: number[]
  /** Counts points. */
  sampled: ChartSampled
}

/** Groups whose rows are laid out at once: a table has many rows, and a point many coordinates. */
const BLOCK = 1000

/**
 * What a clustering put into clusters, at most `limit` drawn by `seed`: rows, or where it grouped them (sessions, customers) the means of
 * each group, as the model and its metrics have them.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function clusteredPoints(
  { run, model, train }: RunData,
  limit: number,
  seed: number,
): ClusteredPoints {
  const groups = clusteredGroups(train)
  const of = groups.labels.length
  const drawn = samplePositions(of, limit, seed)
  if (of < 3 || groups.labels.some(Number.isNaN)) {
    const known = groups.labels.filter(Number.isFinite).length
    throw new CodedError(
      'CHART_DATA_MISSING',
      `Run ${run} kept ${known} ${groups.rowsOf ? 'groups' : 'rows'} with a cluster, wanted at least 3, and one for each.`,
    )
  }
  const k = Math.max(model.clusters ?? 0, 1 + groups.labels.reduce((most, label) => Math.max(most, label), 0))
  const sizes = new Array<number>(k).fill(0)
  for (const label of groups.labels) sizes[label] = (sizes[label] ?? 0) + 1
  // Scaled by all rows, as the model was.
  const design = fitDesign(train)
  return {
    data: groups.rowsOf ? meansOf(train, design, groups.rowsOf, drawn) : design.all(takeRows(train, drawn)),
    width: design.width,
    labels: Int32Array.from(drawn, group => groups.labels[group] as number),
    k,
    sizes,
    sampled: { n: drawn.length, of: groups.rowsOf ? of : train.of, seed },
  }
}

function meansOf(
  train: Table,
  design: Design,
  rowsOf: NonNullable<ClusteredGroups['rowsOf']>,
  drawn: readonly number[],
): Float64Array {
  const { width } = design
  const means = new Float64Array(drawn.length * width)
  for (let from = 0; from < drawn.length; from += BLOCK) {
    const members = drawn.slice(from, from + BLOCK).map(group => rowsOf[group] ?? [])
    const data = design.all(takeRows(train, members.flat()))
    const groups = Int32Array.from(members.flatMap((rows, group) => rows.map(() => group)))
    means.set(groupMeans({ data, width, groups }), from * width)
  }
  return means
}
