import { join } from 'node:path'
import { kMeans } from '#learn/batch/clustering/k-means.ts'
import { createRandom } from '#learn/math/random.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { median } from '../log/median.ts'
import { readNumbers, writeMatrix } from './matrix-files.ts'
import { ECCI_COLUMNS, referenceMatrix } from './reference-matrix.ts'
import { type PeerAnswer, startPeer } from './start-peer.ts'

const ROWS = 100_000
const CLUSTERS = 5
const ROUNDS = 5

/** Does k-means from fixed centres give scikit-learn's clusters, and at what cost? */
export async function kMeansCost(directory: string): Promise<BenchResult[]> {
  const events = parityEvents(ecci, { count: ROWS, seed: 'k-means' }) as readonly JsonEvent[]
  const { data, labels } = referenceMatrix(events, ECCI_COLUMNS)
  const values = data.values.map(standardised)
  const folder = join(directory, 'k-means')
  writeMatrix(folder, { train: { data: { ...data, values }, labels } })
  const width = values.length
  const rows = new Float64Array(ROWS * width)
  values.forEach((column, c) => column.forEach((value, row) => (rows[row * width + c] = value)))
  const random = createRandom('k-means')
  const starts = Array.from({ length: CLUSTERS }, () => random.below(ROWS))
  const init = Float64Array.from(starts.flatMap(row => [...rows.subarray(row * width, (row + 1) * width)]))

  await using peer = await startPeer({ threads: 1 })
  const out = join(directory, 'labels.bin')
  const ours: number[] = []
  const theirs: PeerAnswer[] = []
  let found = kMeans({ data: rows, width, k: CLUSTERS, seed: 1, init })
  // The first round warms both up and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    const cpu = process.cpuUsage()
    found = kMeans({ data: rows, width, k: CLUSTERS, seed: 1, init })
    const { user, system } = process.cpuUsage(cpu)
    ours.push((user + system) / 1e6)
    theirs.push(await peer.ask({ do: 'kmeans', folder, init: [...init], out }))
  }
  const different = readNumbers(out).reduce(
    (sum, label, row) => sum + (label === found.labels[row] ? 0 : 1),
    0,
  )
  if (different > 0) throw new Error(`${different} of ${ROWS} labels differ from scikit-learn's.`)
  const [a, b] = [median(ours.slice(1)), median(theirs.slice(1).map(answer => answer.cpuSeconds))]
  return [
    {
      name: 'k-means, CPU',
      ours: a * 1000,
      peer: b * 1000,
      ratio: a / b,
      unit: 'ms',
      method: `${ROWS} ECCI events × ${width} standardised columns, ${CLUSTERS} clusters from the same ${CLUSTERS} rows, one thread, ${found.iterations} iterations, scikit-learn ${peer.versions['scikit-learn']} (lloyd) ${theirs.at(-1)?.iterations}; all ${ROWS} labels are the same; median of ${ROUNDS} after one to warm up, interleaved`,
      environment: environment(),
    },
  ]
}

function standardised(column: Float64Array | Int32Array): Float64Array {
  const values = Float64Array.from(column)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return values.map(value => (variance > 0 ? (value - mean) / Math.sqrt(variance) : 0))
}
