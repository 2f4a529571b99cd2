import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import {
  classificationScores,
  type ClassificationScores,
} from '#learn/batch/evaluation/classification-scores.ts'
import { decodeTable } from '#learn/batch/table-file.ts'
import { RUN_FILES } from '#subgraphs/batch/training/run-files.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { type Transaction, tfdLimit, tfdPosterior } from '../limits/tfd-limit.ts'
import { askChild } from './ask-child.ts'
import { eventsOverWeeks } from './events-over-weeks.ts'
import { fillLake } from './fill-lake.ts'
import { readMatrix, readNumbers } from './matrix-files.ts'
import type { JobAnswer } from './run-job.ts'
import { startPeer } from './start-peer.ts'

const ROWS = 500_000
const TEST = 100_000
const VALIDATION = 80_000
const SEEDS = ['1', '2']

/** How close does a job with default parameters come to the exact limit of its test rows, and to LightGBM on the same split? */
export async function tfdQuality(directory: string): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const seed of SEEDS) results.push(...(await forSeed(join(directory, seed), seed)))
  return results
}

async function forSeed(directory: string, seed: string): Promise<BenchResult[]> {
  const events = eventsOverWeeks(tfd, { count: ROWS, seed })
  await fillLake({ directory, useCase: tfd as UseCase, events })
  const [out, matrix] = [join(directory, 'run'), join(directory, 'matrix')]
  const job = await askChild<JobAnswer>('run-job.ts', {
    useCase: tfd.id,
    directory,
    spec: { parameters: { validationShare: VALIDATION / ROWS, testShare: TEST / ROWS } },
    out,
    matrix,
  })
  const test = decodeTable(readFileSync(join(out, RUN_FILES.test)))
  const labels = test.extra['label'] as Float64Array
  const hidden = events.slice(-TEST) as Transaction[]
  if (test.of !== TEST || test.rows !== TEST || hidden.some((event, row) => event.is_fraud !== labels[row])) {
    throw new Error(`The test part holds ${test.rows} of ${test.of} rows, wanted the last ${TEST} events.`)
  }
  const limit = tfdLimit(hidden)
  const exact = classificationScores({
    labels,
    scores: Float64Array.from(hidden, tfdPosterior),
    threshold: limit.f2Threshold,
  })
  const ours = classificationScores({
    labels,
    scores: test.extra['score'] as Float64Array,
    threshold: job.threshold as number,
  })
  const peer = await peerScores(matrix)
  const split = Object.values(job.split).map(part => part?.rows ?? 0)
  const how = `${ROWS} parity events over six weeks, seed ${seed}, a job with default parameters over the lake, split by time ${split.join(' / ')}, ${job.iterations} trees, ${job.seconds.toFixed(0)} s`
  const toLimit = (name: keyof ClassificationScores, title: string): BenchResult => ({
    name: `TFD, ${title} beside the limit`,
    ours: ours[name] as number,
    peer: exact[name] as number,
    ratio: (ours[name] as number) / (exact[name] as number),
    unit: '',
    method: `${how}; limit: exact posterior of the same test rows, F2 at its best threshold in hindsight`,
    environment: environment(),
  })
  return [
    toLimit('rocAuc', 'area under the ROC curve'),
    toLimit('averagePrecision', 'average precision'),
    toLimit('fbeta2', 'F2 at the threshold tuned on validation'),
    toLimit('brierScore', 'Brier score'),
    {
      ...toLimit('averagePrecision', ''),
      name: 'TFD, average precision beside LightGBM',
      peer: peer.averagePrecision,
      ratio: (ours.averagePrecision as number) / (peer.averagePrecision as number),
      method: `${how}; peer: LightGBM, same columns and split, 31 leaves, learning rate 0.05, early stopping after 50 rounds on the log loss`,
    },
  ]
}

/** LightGBM on the rows that the job was trained with. */
async function peerScores(folder: string): Promise<ClassificationScores> {
  await using peer = await startPeer({ threads: 2 })
  const out = join(folder, 'scores.bin')
  await peer.ask({
    do: 'lightgbm',
    folder,
    params: {
      objective: 'binary',
      metric: 'binary_logloss',
      learning_rate: 0.05,
      num_leaves: 31,
      num_threads: 2,
      seed: 1,
    },
    rounds: 1000,
    earlyStopping: 50,
    out,
  })
  const { labels } = readMatrix(folder, 'test')
  return classificationScores({ labels, scores: readNumbers(out), threshold: 0.5 })
}
