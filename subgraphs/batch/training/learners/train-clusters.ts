import { calinskiHarabasz } from '#learn/batch/clustering/calinski-harabasz.ts'
import { daviesBouldin } from '#learn/batch/clustering/davies-bouldin.ts'
import { groupMeans } from '#learn/batch/clustering/group-means.ts'
import { kMeans } from '#learn/batch/clustering/k-means.ts'
import { inertiaOf } from '#learn/batch/clustering/kmeans/full-run.ts'
import { searchClasses } from '#learn/batch/clustering/search-classes.ts'
import { searchK } from '#learn/batch/clustering/search-k.ts'
import { silhouetteScore } from '#learn/batch/clustering/silhouette-score.ts'
import { type Design, fitDesign } from '#learn/batch/encoder/design.ts'
import type { BatchModel } from '#learn/batch/model/batch-model.ts'
import { buildBatchModel } from '#learn/batch/model/build-batch-model.ts'
import type { ClusterScorer } from '#learn/batch/model/cluster-scorer.ts'
import { kMeansClusters } from '#learn/batch/model/k-means-clusters.ts'
import { latentClassesClusters } from '#learn/batch/model/latent-classes-clusters.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobSpec, KSearchPoint } from '../../jobs/job.ts'
import { drawRows } from '../dataset/draw-rows.ts'
import type { TrainingData } from '../dataset/build-dataset.ts'
import type { TrainingManifest } from '../training-result.ts'

interface Options {
  readonly useCase: UseCase
  readonly spec: JobSpec
  readonly data: TrainingData
  /** Group of each row; null: a row is a group. */
  readonly groups: Int32Array | null
  /** Sequence of each row within its group. */
  readonly sequences: Int32Array | null
  readonly signal: AbortSignal
  readonly onTried: (points: readonly KSearchPoint[], done: number) => void
}

export interface TrainedClusters {
  readonly model: BatchModel
  /** Cluster of each row. */
  readonly clusters: Int32Array
  readonly kSearch: readonly KSearchPoint[]
  readonly metrics: Readonly<Record<string, number>>
  readonly stopped: TrainingManifest['stopped']
  readonly notes: readonly string[]
}

/** What a clustering came to: the cluster of each group. */
interface Found {
  readonly clustering: ClusterScorer
  readonly labels: Int32Array
  readonly kSearch: readonly KSearchPoint[]
  readonly iterations: number
  readonly converged: boolean
  readonly notes: readonly string[]
}

/** Mean silhouettes below it show no substantial structure (Kaufman and Rousseeuw 1990, table 4). */
const STRUCTURE = 0.25

/** Clusters of rows, or of groups of rows, and how far apart they are. */
export async function trainClusters(options: Options): Promise<TrainedClusters> {
  const { data, spec, groups } = options
  const design = fitDesign(data.train.data)
  const points = pointsOf(options, design)
  const found =
    spec.learner === 'k-means' ? await byCentres(options, design, points) : await byClasses(options)
  const { labels, clustering, kSearch, iterations, converged, notes } = found
  const metrics = scoresOf(points, design.width, labels, clustering.clusters, spec.seed)
  const model = buildBatchModel({
    task: 'clustering',
    learner: spec.learner,
    encoder: data.encoder,
    windows: data.windows,
    clustering,
  })
  const { silhouette } = metrics
  const weak = silhouette !== undefined && silhouette < STRUCTURE
  return {
    model,
    clusters: groups ? groups.map(group => labels[group] as number) : labels,
    kSearch,
    metrics,
    stopped: { reason: converged ? 'CONVERGED' : 'LIMIT', iterations, best: iterations },
    notes: [
      ...notes,
      ...(weak && spec.learner === 'k-means'
        ? [
            `There is no substantial structure: the mean silhouette is ${silhouette.toFixed(3)}, below ${STRUCTURE}.`,
          ]
        : []),
    ],
  }
}

function pointsOf({ data, groups }: Options, design: Design): Float64Array {
  const points = design.all(data.train.data)
  return groups ? groupMeans({ data: points, width: design.width, groups }) : points
}

async function byCentres(
  { spec, signal, onTried }: Options,
  design: Design,
  points: Float64Array,
): Promise<Found> {
  const { width } = design
  const { kFrom, kTo, restarts, maxIterations, tolerance, searchRows } = spec.parameters as Record<
    string,
    number
  >
  const rows = points.length / width
  const drawn = drawRows(rows, searchRows as number, spec.seed)
  const some = drawn ? pointsAt(points, width, drawn) : points
  const kSearch: KSearchPoint[] = []
  const from = kFrom as number
  const to = Math.min(kTo as number, rows - 1)
  let since = performance.now()
  const common = {
    width,
    seed: spec.seed,
    restarts: restarts as number,
    maxIterations: maxIterations as number,
    tolerance: tolerance as number,
  }
  const { best } = await searchK({
    ...common,
    data: some,
    from,
    to,
    signal,
    onTry({ k, silhouette, calinskiHarabasz: ch, daviesBouldin: db, inertia }) {
      kSearch.push({
        k,
        silhouette: orNull(silhouette),
        calinskiHarabasz: orNull(ch),
        daviesBouldin: orNull(db),
        inertia,
        icl: null,
        fitMs: Math.round(performance.now() - since),
      })
      onTried([...kSearch], (k - from + 1) / (to - from + 2))
      since = performance.now()
    },
  })
  // All rows start from the centres of those that were searched with.
  const { centers, labels, iterations, converged } = drawn
    ? kMeans({ ...common, data: points, k: best.k, init: best.centers })
    : best
  return { clustering: kMeansClusters(design, centers), labels, kSearch, iterations, converged, notes: [] }
}

async function byClasses({
  useCase,
  spec,
  data,
  groups,
  sequences,
  signal,
  onTried,
}: Options): Promise<Found> {
  const { kFrom, kTo, restarts, maxIterations, tolerance } = spec.parameters as Record<string, number>
  const rows = data.train.data
  const has = (name: string) => rows.columns.some(column => column.name === name)
  const { transition } = useCase.online.params
  const kSearch: KSearchPoint[] = []
  const from = kFrom as number
  const to = kTo as number
  let since = performance.now()
  const { best } = await searchClasses({
    data: rows,
    groups,
    sequences,
    once: groups
      ? useCase.features.filter(({ scope, name }) => scope === 'group' && has(name)).map(({ name }) => name)
      : [],
    // A single row has no transitions.
    transition: groups && typeof transition === 'string' && has(transition) ? transition : '',
    seed: spec.seed,
    restarts: restarts as number,
    maxIterations: maxIterations as number,
    tolerance: tolerance as number,
    from,
    to,
    signal,
    onTry({ k, icl }) {
      const nothing = { silhouette: null, calinskiHarabasz: null, daviesBouldin: null, inertia: null }
      kSearch.push({ k, ...nothing, icl, fitMs: Math.round(performance.now() - since) })
      onTried([...kSearch], (k - from + 1) / (to - from + 2))
      since = performance.now()
    },
  })
  const { labels } = best.model.assignGroups({ data: rows, groups, sequences, ended: true })
  const isOne = best.model.k === 1
  return {
    clustering: latentClassesClusters(best.model),
    labels,
    kSearch,
    iterations: best.iterations,
    converged: best.converged,
    notes: isOne ? ['There is no structure: one class explains the rows as well as more would.'] : [],
  }
}

function scoresOf(
  data: Float64Array,
  width: number,
  labels: Int32Array,
  k: number,
  seed: number,
): Record<string, number> {
  const counts = { clusters: k }
  const rows = labels.length
  const centers = groupMeansOf(data, width, labels, k)
  const inertia = inertiaOf({ data, width, rows }, centers, labels)
  if (labels.every(label => label === labels[0])) return { ...counts, inertia }
  const points = { data, width, labels, k }
  const scores = {
    silhouette: silhouetteScore({ ...points, seed }).value,
    calinskiHarabasz: calinskiHarabasz(points),
    daviesBouldin: daviesBouldin(points),
    inertia,
    ...counts,
  }
  return Object.fromEntries(Object.entries(scores).filter(([, value]) => Number.isFinite(value)))
}

/** Unlike `groupMeans` it allows clusters without rows, whose centre nothing asks for. */
function groupMeansOf(data: Float64Array, width: number, labels: Int32Array, k: number): Float64Array {
  const centers = new Float64Array(k * width)
  const sizes = new Int32Array(k)
  labels.forEach((label, row) => {
    sizes[label] = (sizes[label] as number) + 1
    for (let j = 0; j < width; j++) {
      const at = label * width + j
      centers[at] =
        (centers[at] as number) +
        ((data[row * width + j] as number) - (centers[at] as number)) / (sizes[label] as number)
    }
  })
  return centers
}

function pointsAt(points: Float64Array, width: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * width)
  rows.forEach((row, at) => out.set(points.subarray(row * width, (row + 1) * width), at * width))
  return out
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
