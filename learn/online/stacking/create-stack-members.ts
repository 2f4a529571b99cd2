import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import { createAdaptiveRandomForest, loadAdaptiveRandomForest } from '../forest/adaptive-random-forest.ts'
import type { Column } from '../learner.ts'
import { createWeightedNaiveBayes, loadWeightedNaiveBayes } from '../weighted-naive-bayes.ts'
import { createCrossedLogistic } from './crossed-logistic.ts'
import { memberOfCrosses, memberOfLearner, type StackMember } from './stack-member.ts'

interface Parameters {
  readonly prior: number
  readonly bits: number
  readonly rate: number
  readonly trees: number
}

const DEFAULT_BYTES = 64 * 1024 * 1024
/** What the members may have: the stack's own weights and buffers need the rest. */
const SHARE = 0.95

/** The members of a stacked classifier, in the order of its coefficients; the first starts cold. */
export function createStackMembers(
  columns: readonly Column[],
  { prior, bits, rate, trees }: Parameters,
  seed: number | string,
  maxBytes = DEFAULT_BYTES,
): StackMember[] {
  const crosses = memberOfCrosses(createCrossedLogistic({ columns, bits, rate }))
  const rest = SHARE * maxBytes - crosses.sizeBytes()
  const bayes = createWeightedNaiveBayes({
    columns,
    params: { prior },
    maxBytes: trees > 0 ? rest / 2 : rest,
  })
  const members = [memberOfLearner(bayes, { heavy: false }), crosses]
  if (trees === 0) return members
  const forest = createAdaptiveRandomForest({
    columns,
    // Balanced, so that trees see the rarer class; probabilities are corrected for it.
    params: { mode: 'ours', models: trees, maxFeatures: 'all', underSample: 'ours' },
    seed,
    maxBytes: rest / 2,
  })
  return [...members, memberOfLearner(forest, { heavy: true })]
}

export function loadStackMembers(
  input: StateReader,
  columns: readonly Column[],
  { bits, rate, trees }: Parameters,
): StackMember[] {
  named(input, 'weighted-naive-bayes')
  const bayes = loadWeightedNaiveBayes(input, columns)
  const crosses = createCrossedLogistic({ columns, bits, rate }, input)
  const members = [memberOfLearner(bayes, { heavy: false }), memberOfCrosses(crosses)]
  if (trees === 0) return members
  named(input, 'adaptive-random-forest')
  return [...members, memberOfLearner(loadAdaptiveRandomForest(input, columns), { heavy: true })]
}

function named(input: StateReader, wanted: string): void {
  const name = input.str()
  if (name === wanted) return
  throw codedError('CHECKPOINT_CORRUPT', `A stack's member is ${name}, wanted ${wanted}.`)
}
