import type { BatchModel } from '#learn/batch/model/batch-model.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobSpec } from '../jobs/job.ts'
import { openBoostingThreads } from './boosting-threads.ts'
import type { Part, TrainingData } from './dataset/build-dataset.ts'
import { trainClusters } from './learners/train-clusters.ts'
import { trainClassifier, trainRegression } from './learners/train-supervised.ts'
import type { LoadedRows } from './loading/loaded-rows.ts'
import type { Progress } from './progress/create-progress.ts'
import { answerRows } from './results/answer-rows.ts'
import { makeTable } from './results/make-table.ts'
import { scorePart } from './results/score-part.ts'
import { RUN_FILES } from './run-files.ts'
import type { TrainingManifest } from './training-result.ts'

interface Options {
  readonly spec: JobSpec
  readonly useCase: UseCase
  readonly rows: Pick<LoadedRows, 'groups' | 'sequences' | 'texts'>
  readonly data: TrainingData
  readonly threads: number
  readonly python: string | null
  readonly signal: AbortSignal
  readonly progress: Progress
}

export interface TrainedTask extends Pick<TrainingManifest, 'threshold' | 'stopped'> {
  readonly model: BatchModel
  readonly metrics: Readonly<Record<string, number>>
  readonly notes: readonly string[]
  /** Those that only this kind of task leaves. */
  readonly files: readonly (readonly [path: string, content: Uint8Array])[]
}

/** Trains and evaluates by the task of the use case. */
export function trainTask(options: Options): Promise<TrainedTask> {
  return options.useCase.task === 'clustering' ? clusters(options) : supervised(options)
}

async function supervised({
  spec,
  useCase,
  data,
  threads,
  python,
  signal,
  progress,
}: Options): Promise<TrainedTask> {
  progress.enter('TRAINING', `Trains with ${data.train.data.rows} rows.`)
  const helpers = spec.learner === 'gradient-boosting' ? threads - 1 : 0
  await using team = helpers > 0 ? await openBoostingThreads(helpers) : null
  const train = useCase.task === 'classification' ? trainClassifier : trainRegression
  const { model, curve, stopped, threshold } = await train({
    spec,
    data,
    threads: team,
    python,
    signal,
    onPoint: progress.iterate,
  })
  progress.enter('EVALUATING', 'Scores the parts of the split.')
  const parts = {
    train: data.train,
    validation: data.validation as Part,
    test: data.test as Part,
  }
  const test = scorePart(model, parts.test)
  progress.metrics(test.metrics)
  const validation = scorePart(model, parts.validation)
  const scored = { train: scorePart(model, parts.train), validation, test }
  const files = (['train', 'validation', 'test'] as const).map(name => {
    const { labels: label, eventTimes: eventTime, data: part } = parts[name]
    const { raw, scores: score } = scored[name]
    return [RUN_FILES[name], makeTable(part, { label, score, raw, eventTime }, spec.seed)] as const
  })
  return {
    model,
    threshold,
    stopped,
    notes: [],
    metrics: {
      ...test.metrics,
      ...Object.fromEntries(
        Object.entries(validation.metrics).map(([name, value]) => [`validation.${name}`, value]),
      ),
    },
    files: [...files, [RUN_FILES.curve, json(curve)]],
  }
}

async function clusters({ spec, useCase, rows, data, signal, progress }: Options): Promise<TrainedTask> {
  progress.enter('TRAINING', `Looks for clusters in ${data.train.data.rows} rows.`)
  const { groups, sequences, texts } = rows
  const found = await trainClusters({
    useCase,
    spec,
    data,
    groups,
    sequences,
    signal,
    onTried: progress.tried,
  })
  const { model, metrics, clusters: labels, kSearch, stopped, notes } = found
  progress.enter('EVALUATING', 'Describes the clusters.')
  progress.metrics(metrics)
  const cluster = Float64Array.from(labels)
  const extra = {
    cluster,
    ...answerRows(model, data.train.data),
    eventTime: data.train.eventTimes,
    ...(groups && { group: Float64Array.from(groups) }),
  }
  const words = texts.map(({ row, text }) => ({ text, cluster: labels[row] }))
  return {
    model,
    metrics,
    threshold: null,
    stopped,
    notes,
    files: [
      [RUN_FILES.train, makeTable(data.train.data, extra, spec.seed)],
      [RUN_FILES.kSearch, json(kSearch)],
      ...(words.length > 0 ? [[RUN_FILES.texts, json(words)] as const] : []),
    ],
  }
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
