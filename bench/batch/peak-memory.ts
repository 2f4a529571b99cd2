import { join } from 'node:path'
import { tfd } from '#use-cases/tfd.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { askChild } from './ask-child.ts'
import { writeMatrix } from './matrix-files.ts'
import { referenceMatrix, TFD_COLUMNS } from './reference-matrix.ts'
import type { TrainAnswer } from './run-train.ts'
import { startPeer } from './start-peer.ts'

const ROWS = 500_000
const TREES = 50

/** How much memory does a process hold at its peak that reads 500,000 rows of 17 columns and trains with them? */
export async function peakMemory(directory: string): Promise<BenchResult[]> {
  const folder = join(directory, 'memory')
  const events = parityEvents(tfd, { count: ROWS, seed: 'memory' }) as readonly JsonEvent[]
  writeMatrix(folder, { train: referenceMatrix(events, TFD_COLUMNS) })
  const ours = await askChild<TrainAnswer>('run-train.ts', {
    folder,
    objective: 'binary',
    params: { iterations: TREES },
    earlyStopping: false,
    threads: 1,
    seed: 1,
  })
  await using peer = await startPeer({ threads: 1, bare: true })
  const params = { objective: 'binary', num_leaves: 64, learning_rate: 0.05, num_threads: 1 }
  const theirs = await peer.ask({ do: 'lightgbm', folder, params, rounds: TREES })
  const [a, b] = [ours.peakBytes / 2 ** 20, theirs.peakBytes / 2 ** 20]
  return [
    {
      name: 'training, peak memory',
      ours: a,
      peer: b,
      ratio: a / b,
      unit: 'MB',
      method: `${ROWS} TFD rows × 17 numeric columns, ${TREES} trees of 64 leaves, one thread; largest resident set of a fresh process that reads the rows (68 MB of float64) from a file and trains; peer: LightGBM in Python with NumPy`,
      environment: environment(),
    },
  ]
}
