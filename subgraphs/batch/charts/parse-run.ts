import { loadBatchModel } from '#learn/batch/model/load-batch-model.ts'
import { decodeTable } from '#learn/batch/table-file.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { CurvePoint, KSearchPoint } from '../jobs/job.ts'
import { RUN_FILES } from '../training/run-files.ts'
import type { TrainingManifest } from '../training/training-result.ts'
import type { RunData } from './run-data.ts'

/**
 * A run out of its files, by their paths of `RUN_FILES`. They are data only: nothing in them is executed.
 * @throws CodedError `CHART_DATA_MISSING` without model, manifest or training rows; an error with code `MODEL_CORRUPT` for bytes that
 * are none of ours.
 */
export function parseRun(run: string, files: ReadonlyMap<string, Uint8Array>): RunData {
  const need = (path: string): Uint8Array => {
    const file = files.get(path)
    if (file) return file
    throw new CodedError(
      'CHART_DATA_MISSING',
      `Run ${run} has no ${path}, wanted a run that left a batch model.`,
    )
  }
  const table = (path: string) => {
    const file = files.get(path)
    return file ? decodeTable(file) : null
  }
  return {
    run,
    manifest: json<TrainingManifest>(run, RUN_FILES.manifest, need(RUN_FILES.manifest)),
    model: loadBatchModel(need(RUN_FILES.model)),
    train: decodeTable(need(RUN_FILES.train)),
    validation: table(RUN_FILES.validation),
    test: table(RUN_FILES.test),
    curve: list<CurvePoint>(run, files, RUN_FILES.curve),
    kSearch: list<KSearchPoint>(run, files, RUN_FILES.kSearch),
    texts: list<RunData['texts'][number]>(run, files, RUN_FILES.texts),
  }
}

function list<Item>(run: string, files: ReadonlyMap<string, Uint8Array>, path: string): readonly Item[] {
  const file = files.get(path)
  if (!file) return []
  const items = json<unknown>(run, path, file)
  if (Array.isArray(items)) return items as Item[]
  throw new CodedError('MODEL_CORRUPT', `${path} of run ${run} holds no list.`)
}

function json<Value>(run: string, path: string, file: Uint8Array): Value {
  try {
    return JSON.parse(Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('utf8')) as Value
  } catch {
    throw new CodedError('MODEL_CORRUPT', `${path} of run ${run} is no JSON.`)
  }
}
