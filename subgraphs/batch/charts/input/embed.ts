import { createRandom } from '#learn/math/random.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartOptionReader } from '../chart-option-reader.ts'
import type { EmbeddingParams } from '../data/features-data.ts'
import { tSne } from './t-sne.ts'

interface Embedding {
  method: string
  params: EmbeddingParams
  /** Row-major, two numbers a row. */
  points: Float64Array
  /** t-SNE only. */
  klDivergence: number | null
}

const FEWEST_ROWS = 10

/**
 * Lays points out in the plane by t-SNE (van der Maaten and Hinton 2008) or UMAP (McInnes et al. 2018), as the options `method`,
 * `perplexity`, `neighbors`, `minDist`, `iterations` and `seed` say.
 * @throws CodedError `CHART_DATA_MISSING` for fewer than ten rows.
 */
export async function embed(
  data: Float64Array,
  width: number,
  options: ChartOptionReader,
): Promise<Embedding> {
  const rows = width > 0 ? data.length / width : 0
  if (rows < FEWEST_ROWS) {
    throw new CodedError(
      'CHART_DATA_MISSING',
      `${rows} rows can be laid out, wanted at least ${FEWEST_ROWS}.`,
    )
  }
  const method = options.text('method')
  const seed = options.number('seed')
  const iterations = options.number('iterations')
  if (method === 'UMAP') {
    const { UMAP } = await import('umap-js')
    const nNeighbors = Math.min(options.number('neighbors'), rows - 1)
    const minDist = options.number('minDist')
    const random = createRandom(seed)
    const points = Array.from({ length: rows }, (_, row) => [
      ...data.subarray(row * width, (row + 1) * width),
    ])
    const umap = new UMAP({ nNeighbors, minDist, nEpochs: iterations, random: random.next })
    return {
      method,
      params: { perplexity: null, nNeighbors, minDist, seed },
      points: flat(umap.fit(points)),
      klDivergence: null,
    }
  }
  // A perplexity counts neighbours, so that it can't come near the number of rows.
  const perplexity = Math.min(options.number('perplexity'), (rows - 1) / 3)
  return {
    method,
    params: { perplexity, nNeighbors: null, minDist: null, seed },
    ...tSne({ data, width, perplexity, iterations, seed }),
  }
}

function flat(points: readonly ArrayLike<number>[]): Float64Array {
  const out = new Float64Array(2 * points.length)
  points.forEach((point, row) => {
    out[2 * row] = finite(point[0])
    out[2 * row + 1] = finite(point[1])
  })
  return out
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0
}
