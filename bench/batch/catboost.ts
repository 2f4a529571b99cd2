import { join } from 'node:path'
import { classificationScores } from '#learn/batch/evaluation/classification-scores.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { askChild } from './ask-child.ts'
import { eventsOverWeeks } from './events-over-weeks.ts'
import { fillLake } from './fill-lake.ts'
import { readMatrix, readNumbers } from './matrix-files.ts'
import type { JobAnswer } from './run-job.ts'
import type { TrainAnswer } from './run-train.ts'
import { startPeer } from './start-peer.ts'

const ROWS = 150_000
const THREADS = 2

/** What does training 100,000 rows to early stopping take, and how good is the model beside CatBoost with the reference system's parameters? */
export async function catboostBeside(directory: string): Promise<BenchResult[]> {
  const events = eventsOverWeeks(tfd, { count: ROWS, seed: 'catboost' })
  await fillLake({ directory, useCase: tfd as UseCase, events })
  const matrix = join(directory, 'matrix')
  const share = 25_000 / ROWS
  const spec = { parameters: { validationShare: share, testShare: share } }
  const job = await askChild<JobAnswer>('run-job.ts', {
    useCase: tfd.id,
    directory,
    spec,
    out: join(directory, 'run'),
    matrix,
  })
  const out = join(directory, 'ours.bin')
  const ours = await askChild<TrainAnswer>('run-train.ts', {
    folder: matrix,
    objective: 'binary',
    params: {},
    earlyStopping: true,
    threads: THREADS,
    seed: 42,
    out,
  })
  await using peer = await startPeer({ threads: THREADS })
  const peerOut = join(directory, 'peer.bin')
  const theirs = await peer.ask({
    do: 'catboost',
    folder: matrix,
    params: {
      iterations: 1000,
      learning_rate: 0.05,
      depth: 6,
      l2_leaf_reg: 3,
      boosting_type: 'Plain',
      loss_function: 'Logloss',
      eval_metric: 'AUC',
      random_seed: 42,
      thread_count: THREADS,
    },
    out: peerOut,
  })
  const { labels } = readMatrix(matrix, 'test')
  const scoresOf = (file: string) =>
    classificationScores({ labels, scores: readNumbers(file), threshold: 0.5 })
  const [mine, other] = [scoresOf(out), scoresOf(peerOut)]
  const rows = Object.values(job.split).map(part => part?.rows ?? 0)
  const how = `TFD, ${rows.join(' / ')} rows by time, ${THREADS} threads, early stopping after 50 rounds; ours ${ours.trees} trees, CatBoost ${peer.versions['catboost']} ${theirs.trees} with the parameters of the reference system and unweighted classes`
  const result = (name: string, a: number, b: number | null, unit: string): BenchResult => ({
    name,
    ours: a,
    peer: b,
    ratio: b === null ? null : a / b,
    unit,
    method: how,
    environment: environment(),
  })
  return [
    result('100,000 rows to early stopping, wall', ours.seconds, theirs.seconds, 's'),
    result('100,000 rows to early stopping, CPU', ours.cpuSeconds, theirs.cpuSeconds, 's'),
    result(
      '100,000 rows, average precision',
      mine.averagePrecision as number,
      other.averagePrecision as number,
      '',
    ),
    result('100,000 rows, area under the ROC curve', mine.rocAuc as number, other.rocAuc as number, ''),
    result('a job over the lake with them, wall', job.seconds, null, 's'),
    result('a job over the lake with them, peak memory', job.peakBytes / 2 ** 20, null, 'MB'),
  ]
}
