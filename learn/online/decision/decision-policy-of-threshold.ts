import type { StateReader } from '../../state/reader.ts'
import type { DecisionPolicy } from './decision-policy.ts'
import { loadFbetaPolicy } from './fbeta-policy.ts'

/** Continues a threshold that a checkpoint of versions 0.1 to 0.4 holds: always of F-beta, and without its name. */
export function decisionPolicyOfThreshold(input: StateReader): DecisionPolicy {
  return loadFbetaPolicy(input)
}
