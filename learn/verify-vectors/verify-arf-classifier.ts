import { createAdaptiveRandomForest } from '../online/forest/adaptive-random-forest.ts'
import { createPythonRandom } from '../math/python-random.ts'
import { createRiverUnderSampler } from '../online/under-sampler-river.ts'
import type { Comparison } from './comparison.ts'
import { type Features, featureRows } from './feature-rows.ts'

export interface ArfClassifierVectors {
  /** Features, class, and the target of the regressors. */
  data: [Features, number, number?][]
  probes: Features[]
  checkpoints: ({
    n: number
    clf10: Record<string, number>[]
    clf3: Record<string, number>[]
    drifts: number
    warnings: number
  } & Record<string, unknown>)[]
  undersampler_seed42_label_and_passed?: [number, number][]
}

/** Seeds of a file that does not name them. */
interface Seeds {
  clf10?: number
  clf3?: number
}

/** Adaptive random forest classifiers of ten trees and of three against River's, and what its under-sampler lets pass. */
export function verifyArfClassifier(
  { same }: Comparison,
  vectors: ArfClassifierVectors & { seeds?: Seeds },
): void {
  const { data, probes, checkpoints, seeds: { clf10 = 42, clf3 = 7 } = {} } = vectors
  const { columns, rowOf } = featureRows([...data.map(([features]) => features), ...probes])
  const forests = {
    clf10: createAdaptiveRandomForest({
      columns,
      seed: clf10,
      params: { mode: 'river', metric: 'rocauc', driftDelta: 0.002 },
    }),
    clf3: createAdaptiveRandomForest({ columns, seed: clf3, params: { mode: 'river', models: 3 } }),
  }
  const rows = data.map(([features]) => rowOf(features))
  const probeRows = probes.map(rowOf)
  const out = new Float64Array(8)
  let learned = 0
  for (const checkpoint of checkpoints) {
    for (; learned < checkpoint.n; learned++) {
      for (const forest of Object.values(forests)) forest.learnClass(rows[learned], data[learned][1])
    }
    for (const [name, forest] of Object.entries(forests)) {
      const expected = checkpoint[name as keyof typeof forests]
      expected.forEach((proba, i) => {
        forest.predictClasses(probeRows[i], out)
        for (const [label, p] of Object.entries(proba)) {
          same(`${name}.${learned}[${i}].${label}`, out[Number(label)], p, 1e-9)
        }
      })
    }
    same(`drifts.${learned}`, forests.clf10.drifts, checkpoint.drifts, 0)
    same(`warnings.${learned}`, forests.clf10.warnings, checkpoint.warnings, 0)
  }
  const passed = vectors.undersampler_seed42_label_and_passed ?? []
  const random = createPythonRandom(42)
  const sampler = createRiverUnderSampler(() => 0.5)
  const decisions = passed.map(([label]) => (sampler.take(label, () => random.random()) ? 1 : 0))
  same(
    'undersampler',
    decisions,
    passed.map(([, learns]) => learns),
    0,
  )
}
