import { join } from 'node:path'
import { trainBoosting } from '#learn/batch/boosting/train-boosting.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { BenchResult } from '../bench-result.ts'
import { quantile } from '../cluster/quantile.ts'
import { environment } from '../environment.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { median } from '../log/median.ts'
import { writeMatrix } from './matrix-files.ts'
import { referenceMatrix, rowsOf, TFD_COLUMNS } from './reference-matrix.ts'
import { startPeer } from './start-peer.ts'

const ROWS = 100_000
const TREES = 300
const SINGLES = 100_000
const PEER_SINGLES = 3000
const ROUNDS = 5

/** How long does a model of 300 trees take for a row, and for 100,000 at once? */
export async function predictSpeed(directory: string): Promise<BenchResult[]> {
  const events = parityEvents(tfd, { count: 2 * ROWS, seed: 'predict' }) as readonly JsonEvent[]
  const all = referenceMatrix(events, TFD_COLUMNS)
  const [train, test] = [rowsOf(all, 0, ROWS), rowsOf(all, ROWS, 2 * ROWS)]
  const folder = join(directory, 'predict')
  writeMatrix(folder, { train, test })
  const { scorer } = await trainBoosting({
    objective: 'binary',
    train,
    validation: null,
    params: { iterations: TREES },
    seed: 1,
  })
  await using peer = await startPeer({ threads: 1 })
  await peer.ask({
    do: 'lightgbm',
    folder,
    params: { objective: 'binary', num_leaves: 64, learning_rate: 0.05, num_threads: 1 },
    rounds: TREES,
  })

  const { data } = test
  const out = new Float64Array(1)
  const rows = Array.from({ length: data.rows }, (_, row) =>
    Float64Array.from(data.values, column => column[row] as number),
  )
  const warm = scorer.rawAll(data)
  const times = new Float64Array(SINGLES)
  for (let i = 0; i < SINGLES; i++) {
    const row = rows[i % rows.length] as Float64Array
    const began = performance.now()
    scorer.raw(row, out)
    times[i] = performance.now() - began
    if (out[0] !== warm[i % rows.length])
      throw new Error(`Row ${i} scores ${out[0]} alone and ${warm[i]} among all.`)
  }
  const whole: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    scorer.rawAll(data)
    whole.push((performance.now() - began) / 1000)
  }
  const theirs = await peer.ask({ do: 'predict', folder, part: 'test', singles: PEER_SINGLES })
  const method = `${TREES} trees of up to 64 leaves, 17 numeric columns, one thread, warm; scores of single rows equal those of all bit for bit; peer: LightGBM ${peer.versions['lightgbm']} in Python, as many trees`
  const p99 = quantile(times.sort(), 0.99) * 1000
  return [
    {
      name: 'a single row, p99',
      ours: p99,
      peer: theirs.p99Us,
      ratio: p99 / theirs.p99Us,
      unit: 'µs',
      method: `${method}; ${SINGLES} rows one by one, peer ${PEER_SINGLES}`,
      environment: environment(),
    },
    {
      name: '100,000 rows at once',
      ours: median(whole),
      peer: theirs.allSeconds,
      ratio: median(whole) / theirs.allSeconds,
      unit: 's',
      method: `${method}; median of ${ROUNDS}`,
      environment: environment(),
    },
  ]
}
