import type { Lake } from '#ports/lake.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobSpec } from '../jobs/job.ts'
import { modelCard } from '../registry/model-card.ts'
import { buildDataset } from './dataset/build-dataset.ts'
import { loadRows } from './loading/load-rows.ts'
import { createProgress } from './progress/create-progress.ts'
import { hashFeatures } from './results/hash-features.ts'
import { makeManifest } from './results/make-manifest.ts'
import { RUN_FILES } from './run-files.ts'
import { trainTask } from './train-task.ts'
import type { TrainingResult, TrainingUpdate } from './training-result.ts'

export interface RunTrainingOptions {
  spec: JobSpec
  useCase: UseCase
  lake: Lake
  /** Version of this software. */
  software: string
  /** Threads that build trees, 1 or more; the model does not depend on it. */
  threads: number
  /** The Python that has CatBoost; null if there is none. */
  python?: string | null
  /** Aborting it ends the training within one iteration with the code `STOPPED`. */
  signal: AbortSignal
  report: (update: TrainingUpdate) => void
}

/**
 * A training from the lake to the files of its run. The same specification with the versions that its manifest records gives the same
 * model bit for bit.
 * @throws errors with a code, before work starts where that can be known: `TRAINING_DATA_MISSING`, `NO_LABELS`, `TOO_FEW_ROWS`, `ONE_CLASS`,
 * `NO_USABLE_FEATURES`, `ENGINE_MISSING`; `STOPPED`; and what the lake throws.
 */
export async function runTraining(options: RunTrainingOptions): Promise<TrainingResult> {
  const { spec, python = null, signal } = options
  if (spec.learner === 'catboost' && python === null) {
    throw new CodedError(
      'ENGINE_MISSING',
      'Learner catboost given, but no Python with CatBoost; BATCH_ENGINE=catboost wanted.',
    )
  }
  try {
    return await train(options)
  } catch (error) {
    // The lake says in its own words that it was interrupted.
    if (signal.aborted) throw new CodedError('STOPPED', 'The training was stopped.')
    throw error
  }
}

async function train({
  spec,
  useCase,
  lake,
  software,
  threads,
  python = null,
  signal,
  report,
}: RunTrainingOptions): Promise<TrainingResult> {
  signal.throwIfAborted()
  const progress = createProgress({ report })
  progress.enter('LOADING', 'Reads the lake.')
  const { data: loaded, ...rows } = await loadRows({
    lake,
    useCase,
    spec,
    signal,
    onRows: (read, of) => progress.advance(read / of, { rows: of, message: `Read ${read} of ${of} rows.` }),
  })
  progress.enter('FEATURES', 'Makes features and splits by time.')
  // From here on nothing holds the rows as they were loaded.
  const data = buildDataset(useCase, spec, { ...rows, data: loaded })
  const featuresHash = hashFeatures(
    data.encoder.columns,
    data.validation ? [data.train, data.validation] : [data.train],
  )
  progress.advance(1, { rows: rows.eventTimes.length })
  signal.throwIfAborted()
  const trained = await trainTask({ spec, useCase, rows, data, threads, python, signal, progress })
  signal.throwIfAborted()
  progress.enter('REGISTERING', 'Stores the model and what belongs to it.')
  const model = new Uint8Array(trained.model.save())
  const manifest = makeManifest({
    software,
    spec,
    rows,
    data,
    model,
    isClassification: useCase.task === 'classification',
    featuresHash,
    threshold: trained.threshold,
    stopped: trained.stopped,
    notes: [...data.notes, ...trained.notes],
  })
  const { metrics } = trained
  const card = modelCard({ manifest, metrics, useCase })
  const files = new Map<string, Uint8Array>([
    [RUN_FILES.model, model],
    [RUN_FILES.manifest, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
    [RUN_FILES.card, Buffer.from(card)],
    ...trained.files,
  ])
  return { files, metrics, params: paramsOf(manifest.spec, manifest.split), manifest }
}

/** As tracking keeps them: text. */
function paramsOf(
  {
    learner,
    parameters,
    segment,
    seed,
    version,
    labelsVersion,
    rows,
    fraction,
    includeDebugFeatures,
  }: JobSpec,
  split: TrainingResult['manifest']['split'],
): Record<string, string> {
  const all = {
    learner,
    seed,
    segment,
    version,
    labelsVersion,
    rows,
    fraction,
    includeDebugFeatures,
    trainRows: split.train?.rows ?? null,
    validationRows: split.validation?.rows ?? null,
    testRows: split.test?.rows ?? null,
    ...parameters,
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
  )
}
