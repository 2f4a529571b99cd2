import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MISSING_CATEGORY, UNKNOWN_CATEGORY } from '#learn/batch/formats/catboost/category-hash.ts'
import { catboostScorer } from '#learn/batch/formats/catboost/catboost-scorer.ts'
import { readCatboost } from '#learn/batch/formats/catboost/read-catboost.ts'
import type { BatchColumn } from '#learn/batch/dataset.ts'
import type { Scorer } from '#learn/batch/scorer.ts'
import { catboostParameters, type CatboostObjective, type CatboostParameters } from './catboost-parameters.ts'
import { type CatboostIteration, runEngine } from './run-engine.ts'
import { type CatboostPart, writePart } from './write-part.ts'

export interface TrainCatboostOptions {
  /** A Python that has CatBoost 1.2, by path or by name. */
  readonly python: string
  readonly objective: CatboostObjective
  readonly train: CatboostPart
  /** Stops training early, and decides how many trees are kept; null for none. */
  readonly validation: CatboostPart | null
  readonly parameters?: CatboostParameters
  readonly seed: number
  /** Threads of CatBoost; -1 for all cores. */
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly onIteration?: (iteration: CatboostIteration) => void
}

export interface CatboostResult {
  /** Scores in this process; the Python is gone. */
  readonly scorer: Scorer
  /** Trees that were built, and that were kept. */
  readonly iterations: number
  readonly best: number
  readonly stopped: 'EARLY' | 'LIMIT'
  readonly curve: readonly CatboostIteration[]
  /** Of CatBoost. */
  readonly version: string
}

/**
 * Trains with CatBoost itself, in a Python process of its own, and reads the model back from its JSON. The same data, parameters and seed
 * give the same model.
 * @throws Error with code ENGINE_MISSING if there is no such Python or it has no CatBoost, STOPPED once the signal is aborted (within one
 * iteration), ENGINE_FAILED for what CatBoost refuses or if its process ends before its time.
 */
export async function trainCatboost({
  python,
  objective,
  train,
  validation,
  parameters = {},
  seed,
  threads = -1,
  signal = new AbortController().signal,
  onIteration = () => {},
}: TrainCatboostOptions): Promise<CatboostResult> {
  const folder = await mkdtemp(join(tmpdir(), 'coelho-catboost-'))
  try {
    const settings = catboostParameters({
      objective,
      parameters,
      seed,
      threads,
      watched: validation !== null,
    })
    const model = join(folder, 'model.json')
    const curve: CatboostIteration[] = []
    const done = await runEngine({
      python,
      signal,
      job: {
        type: 'train',
        columns: train.data.columns.map(column => ({ name: column.name, texts: categoryTexts(column) })),
        train: await writePart(join(folder, 'train.bin'), train),
        validation: validation && (await writePart(join(folder, 'validation.bin'), validation)),
        parameters: settings,
        model,
      },
      onIteration(iteration) {
        curve.push(iteration)
        onIteration(iteration)
      },
    })
    const scorer = catboostScorer(readCatboost(await readFile(model, 'utf8')), train.data.columns)
    const stopped = done.iterations < settings.iterations ? 'EARLY' : 'LIMIT'
    return { scorer, iterations: done.iterations, best: done.best, stopped, curve, version: done.version }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The text behind each code, as the scorer has it, with the unknown and the missing one at the end; null for numbers. */
function categoryTexts({ kind, categories = [] }: BatchColumn): string[] | null {
  return kind === 'nominal' ? [...categories.map(String), UNKNOWN_CATEGORY, MISSING_CATEGORY] : null
}
