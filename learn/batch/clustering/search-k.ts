import { codedError } from '../../coded-error.ts'
import { calinskiHarabasz } from './calinski-harabasz.ts'
import { daviesBouldin } from './davies-bouldin.ts'
import { elbowOf } from './elbow.ts'
import { type KMeansOptions, kMeans } from './k-means.ts'
import type { KMeansResult } from './kmeans/full-run.ts'
import { checkClusters, readPoints } from './kmeans/points.ts'
import { pause } from '../pause.ts'
import { silhouetteScore } from './silhouette-score.ts'

/** What one number of clusters came to. Scores of a clustering with one used cluster are NaN. */
export interface KTry {
  readonly k: number
  /** Mean silhouette, of a sample above 20,000 rows. */
  readonly silhouette: number
  readonly calinskiHarabasz: number
  readonly daviesBouldin: number
  readonly inertia: number
}

export interface KSearchResult {
  /** With the highest silhouette, by which the best is chosen. */
  readonly best: KMeansResult & KTry
  readonly tries: readonly KTry[]
  /** By kneedle on inertia; null without an elbow. */
  readonly elbow: number | null
}

interface Options extends Omit<KMeansOptions, 'k' | 'init'> {
  from?: number
  /** Included. */
  to?: number
  onTry?: (tried: KTry, best: KTry) => void
  signal?: AbortSignal | undefined
}

/**
 * k-means for each number of clusters, the best by silhouette (the first of equal ones). Yields to the event loop after
 * each. Errors: STOPPED when the signal is aborted, those of `kMeans`, INVALID_PARAMETER for an impossible range.
 */
export async function searchK({
  from = 2,
  to = 10,
  onTry,
  signal,
  ...options
}: Options): Promise<KSearchResult> {
  const { data, width, seed } = options
  const { rows } = readPoints(data, width)
  for (const k of [from, to]) checkClusters(k, rows)
  if (from < 2 || to < from) {
    throw codedError(
      'INVALID_PARAMETER',
      `Clusters from ${from} to ${to} were asked for, wanted 2 <= from <= to.`,
    )
  }
  const tries: KTry[] = []
  let best: (KMeansResult & KTry) | null = null
  await pause(signal)
  for (let k = from; k <= to; k++) {
    const result = kMeans({ ...options, k })
    const tried = { k, ...scoresOf(result, options, seed), inertia: result.inertia }
    tries.push(tried)
    if (best === null || !(best.silhouette >= tried.silhouette)) best = { ...result, ...tried }
    onTry?.(tried, best)
    await pause(signal)
  }
  const elbow = elbowOf(
    tries.map(({ k }) => k),
    tries.map(({ inertia }) => inertia),
  )
  return { best: best as KMeansResult & KTry, tries, elbow: elbow?.k ?? null }
}

function scoresOf(
  { labels, centers }: KMeansResult,
  { data, width }: Pick<Options, 'data' | 'width'>,
  seed: number | string,
): Omit<KTry, 'k' | 'inertia'> {
  const points = { data, width, labels, k: centers.length / width }
  if (labels.every(label => label === labels[0])) {
    return { silhouette: Number.NaN, calinskiHarabasz: Number.NaN, daviesBouldin: Number.NaN }
  }
  return {
    silhouette: silhouetteScore({ ...points, seed }).value,
    calinskiHarabasz: calinskiHarabasz(points),
    daviesBouldin: daviesBouldin(points),
  }
}
