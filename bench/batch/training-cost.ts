import { join } from 'node:path'
import { classificationScores } from '#learn/batch/evaluation/classification-scores.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { median } from '../log/median.ts'
import { askChild } from './ask-child.ts'
import { readMatrix, readNumbers, writeMatrix } from './matrix-files.ts'
import { referenceMatrix, rowsOf, TFD_COLUMNS } from './reference-matrix.ts'
import type { TrainAnswer } from './run-train.ts'
import { type PeerAnswer, startPeer } from './start-peer.ts'

const ROWS = 100_000
const TREES = 150
const ROUNDS = 3
const BINS = 255
const LEAVES = 31
const LEARNING_RATE = 0.05
/** By how much the AUC of both may differ, if both have learnt the same thing. */
const SAME_AUC = 0.01

/** What does training cost beside LightGBM: same rows, bins, leaves, number of trees? */
export async function trainingCost(directory: string): Promise<BenchResult[]> {
  const events = parityEvents(tfd, { count: 2 * ROWS, seed: 'cost' }) as readonly JsonEvent[]
  const all = referenceMatrix(events, TFD_COLUMNS)
  const folder = join(directory, 'cost')
  writeMatrix(folder, { train: rowsOf(all, 0, ROWS), test: rowsOf(all, ROWS, 2 * ROWS) })
  const results: BenchResult[] = []
  for (const threads of [1, 2]) {
    await using peer = await startPeer({ threads })
    const ours: TrainAnswer[] = []
    const theirs: PeerAnswer[] = []
    const files = { ours: join(directory, 'ours.bin'), peer: join(directory, 'peer.bin') }
    for (let round = 0; round < ROUNDS; round++) {
      const mine = async () => ours.push(await trainOurs(folder, threads, files.ours))
      const other = async () => theirs.push(await trainPeer(folder, threads, files.peer))
      for (const turn of round % 2 === 0 ? [mine, other] : [other, mine]) await turn()
    }
    const { labels } = readMatrix(folder, 'test')
    const aucOf = (file: string) =>
      classificationScores({ labels, scores: readNumbers(file), threshold: 0.5 }).rocAuc as number
    const [aucOurs, aucPeer] = [aucOf(files.ours), aucOf(files.peer)]
    if (Math.abs(aucOurs - aucPeer) > SAME_AUC || ours[0]?.trees !== theirs[0]?.trees) {
      throw new Error(
        `AUC ${aucOurs} and ${aucPeer}, trees ${ours[0]?.trees} and ${theirs[0]?.trees}: not the same work.`,
      )
    }
    const method = `${ROWS} TFD rows × 17 numeric columns, ${TREES} trees of ${LEAVES} leaves, leaf-wise, ${BINS} bins, ${threads} thread${threads > 1 ? 's' : ''}, binning included, ours in a fresh process; median of ${ROUNDS}, interleaved; AUC on ${ROWS} later rows ${aucOurs.toFixed(4)}, LightGBM ${peer.versions['lightgbm']} ${aucPeer.toFixed(4)}`
    const compare = (name: string, of: (answer: TrainAnswer | PeerAnswer) => number): BenchResult => {
      const [a, b] = [median(ours.map(of)), median(theirs.map(of))]
      return { name, ours: a, peer: b, ratio: a / b, unit: 's', method, environment: environment() }
    }
    results.push(
      compare(`training, CPU, ${threads} thread${threads > 1 ? 's' : ''}`, answer => answer.cpuSeconds),
    )
    if (threads > 1) results.push(compare(`training, wall, ${threads} threads`, answer => answer.seconds))
  }
  return results

  async function trainPeer(folder: string, threads: number, out: string): Promise<PeerAnswer> {
    await using peer = await startPeer({ threads })
    const params = {
      objective: 'binary',
      learning_rate: LEARNING_RATE,
      num_leaves: LEAVES,
      max_bin: BINS,
      min_data_in_leaf: 20,
      min_sum_hessian_in_leaf: 1e-3,
      lambda_l2: 0,
      num_threads: threads,
      seed: 1,
    }
    return peer.ask({ do: 'lightgbm', folder, params, rounds: TREES, out })
  }
}

function trainOurs(folder: string, threads: number, out: string): Promise<TrainAnswer> {
  const params = {
    iterations: TREES,
    learningRate: LEARNING_RATE,
    growth: 'leaf',
    leaves: LEAVES,
    depth: 24,
    maxBins: BINS,
    minLeafRows: 20,
    minHessian: 1e-3,
    l2: 0,
  }
  return askChild('run-train.ts', {
    folder,
    objective: 'binary',
    params,
    earlyStopping: false,
    threads,
    seed: 1,
    out,
  })
}
