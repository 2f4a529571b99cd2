import type { StateReader } from '../../state/reader.ts'
import { loadBoostingScorer } from '../boosting/load-boosting-scorer.ts'
import { loadCatboostScorer } from '../formats/catboost/catboost-scorer.ts'
import { loadLightgbmScorer } from '../formats/lightgbm/lightgbm-scorer.ts'
import { loadLinearScorer } from '../linear/linear-scorer.ts'
import type { Scorer } from '../scorer.ts'

/** Reads a scorer as it was saved. By the kind that stands in front of a scorer in a model file. */
export const SCORER_LOADERS: Readonly<Record<string, (input: StateReader) => Scorer>> = {
  boosting: loadBoostingScorer,
  catboost: loadCatboostScorer,
  lightgbm: loadLightgbmScorer,
  linear: loadLinearScorer,
}
