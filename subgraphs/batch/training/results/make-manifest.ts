import { createHash } from 'node:crypto'
import type { JobSpec } from '../../jobs/job.ts'
import { countPositives } from '../dataset/check-rows.ts'
import type { Part, TrainingData } from '../dataset/build-dataset.ts'
import type { LoadedRows } from '../loading/loaded-rows.ts'
import type { SplitPart, TrainingManifest } from '../training-result.ts'

interface Options extends Pick<TrainingManifest, 'threshold' | 'stopped' | 'notes' | 'featuresHash'> {
  readonly software: string
  readonly spec: JobSpec
  readonly rows: Pick<LoadedRows, 'version' | 'labelsVersion'>
  readonly data: TrainingData
  readonly model: Uint8Array
  readonly isClassification: boolean
}

/** What a training has to leave so that it can be repeated bit for bit. */
export function makeManifest({
  software,
  spec,
  rows,
  data,
  model,
  isClassification,
  ...rest
}: Options): TrainingManifest {
  const partOf = (part: Part | null) => part && describePart(part, isClassification)
  return {
    v: 1,
    software,
    spec: { ...spec, version: rows.version, labelsVersion: rows.labelsVersion },
    modelHash: createHash('sha256').update(model).digest('hex'),
    modelBytes: model.length,
    features: data.encoder.columns.map(({ name }) => name),
    split: { train: partOf(data.train), validation: partOf(data.validation), test: partOf(data.test) },
    ...rest,
  }
}

function describePart({ labels, eventTimes }: Part, isClassification: boolean): SplitPart {
  const rows = eventTimes.length
  return {
    rows,
    from: eventTimes[0] as number,
    to: eventTimes[rows - 1] as number,
    positives: isClassification ? countPositives(labels, 0, rows) : null,
  }
}
