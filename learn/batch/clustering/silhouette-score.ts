import { createRandom } from '../../math/random.ts'
import { sampleRows } from './sample-rows.ts'
import { type LabelledPoints, silhouetteSamples } from './silhouette-samples.ts'

/** More rows than this are sampled, and so many of them are taken. */
const SAMPLED_ABOVE = 20_000
const SAMPLE = 10_000

interface Options extends LabelledPoints {
  seed: number | string
  /** Rows up to which all are looked at, and how many are drawn of more. */
  sampledAbove?: number
  sample?: number
}

/** Mean silhouette, of a seeded sample if there are many rows, and what it was computed on; NaN if the sample has one cluster only. */
export function silhouetteScore({
  data,
  width,
  labels,
  k,
  seed,
  sampledAbove = SAMPLED_ABOVE,
  sample = SAMPLE,
}: Options): { value: number; sampled: { n: number; of: number; seed: number | string } } {
  const rows = labels.length
  if (rows <= sampledAbove) {
    return {
      value: mean(silhouetteSamples({ data, width, labels, k })),
      sampled: { n: rows, of: rows, seed },
    }
  }
  const drawn = sampleRows(rows, sample, createRandom(seed))
  const part = new Float64Array(drawn.length * width)
  drawn.forEach((row, at) => part.set(data.subarray(row * width, (row + 1) * width), at * width))
  const own = Int32Array.from(drawn, row => labels[row])
  const value = own.some(label => label !== own[0])
    ? mean(silhouetteSamples({ data: part, width, labels: own, k }))
    : Number.NaN
  return { value, sampled: { n: drawn.length, of: rows, seed } }
}

function mean(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}
