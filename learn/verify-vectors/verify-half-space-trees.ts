import { createHalfSpaceTrees } from '../online/half-space-trees.ts'
import { createComparison } from './comparison.ts'
import { featureRows, type Features } from './feature-rows.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

const TOLERANCE = 1e-9

interface HalfSpaceVectors {
  data: Record<string, number>[]
  models: Record<
    string,
    {
      params: { n_trees: number; height: number; window_size: number; seed: number; scaled: boolean }
      /** Of every seventh row, before it was learned. */
      scores: number[]
    }
  >
}

/** Scores of half-space trees against those of River, alone and behind a min-max scaler. */
export const verifyHalfSpaceTrees: VectorVerifier = ({ bytes }) => {
  const { data, models } = jsonOf<HalfSpaceVectors>(bytes)
  const comparison = createComparison()
  for (const [name, { params, scores }] of Object.entries(models)) {
    const { n_trees: trees, height, window_size: window, seed, scaled } = params
    const rows: Features[] = scaled ? data.map(wider) : data
    const { columns, rowOf } = featureRows(rows)
    const scaling = scaled ? 'minmax' : 'none'
    const learner = createHalfSpaceTrees({ columns, params: { trees, height, window, scaling }, seed })
    const actual = rows.map(features => {
      const row = rowOf(features)
      const score = learner.predict(row)
      learner.learn(row, 0)
      return score
    })
    const kept = actual.filter((_, i) => i % 7 === 0)
    comparison.same(`${name}.scores`, kept, scores, TOLERANCE)
  }
  return comparison.verdict
}

function wider(features: Record<string, number>): Features {
  return Object.fromEntries(Object.entries(features).map(([name, value]) => [name, value * 800 - 30]))
}
