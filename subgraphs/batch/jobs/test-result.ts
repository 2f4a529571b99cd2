import { createHash } from 'node:crypto'
import { RUN_FILES } from '../training/run-files.ts'
import type { TrainingManifest, TrainingResult } from '../training/training-result.ts'
import type { JobSpec } from './job.ts'

export function specOf(useCase: string, change: Partial<JobSpec> = {}): JobSpec {
  return {
    useCase,
    learner: 'gradient-boosting',
    parameters: { iterations: 5, learningRate: 0.1 },
    rows: null,
    fraction: null,
    version: null,
    labelsVersion: null,
    seed: 42,
    segment: null,
    includeDebugFeatures: false,
    ...change,
  }
}

export function manifestOf(spec: JobSpec, model: Uint8Array): TrainingManifest {
  const hour = 3_600_000
  return {
    v: 1,
    software: '1.2.3',
    spec: { ...spec, version: 7, labelsVersion: 3 },
    featuresHash: 'f'.repeat(64),
    modelHash: createHash('sha256').update(model).digest('hex'),
    modelBytes: model.byteLength,
    features: ['amount', 'account_age_days'],
    split: {
      train: { rows: 700, from: 0, to: 7 * hour, positives: 35 },
      validation: { rows: 150, from: 7 * hour + 1, to: 8 * hour, positives: 7 },
      test: { rows: 150, from: 8 * hour + 1, to: 10 * hour, positives: 8 },
    },
    threshold: { value: 0.31, metric: 'fbeta2', validation: 0.8 },
    stopped: { reason: 'EARLY', iterations: 5, best: 3 },
  }
}

/** What a training of a spec leaves, with a model of a few bytes. */
export function resultOf(spec: JobSpec, metrics: Record<string, number> = {}): TrainingResult {
  const model = new TextEncoder().encode(`model ${JSON.stringify(spec)}`)
  const manifest = manifestOf(spec, model)
  return {
    files: new Map([
      [RUN_FILES.model, model],
      [RUN_FILES.manifest, Buffer.from(JSON.stringify(manifest))],
    ]),
    metrics: { fbeta2: 0.8, 'validation.fbeta2': 0.81, ...metrics },
    params: { 'train.rows': '700' },
    manifest,
  }
}
