import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { CostOptions, DecisionPolicy } from './decision-policy.ts'

/**
 * Flags when that costs less than not flagging: at p >= falsePositive / (falsePositive + falseNegative), where p is a
 * calibrated probability (Elkan 2001, "The foundations of cost-sensitive learning"). Nothing is learned.
 */
export function createCostPolicy({
  falsePositive,
  falseNegative,
}: Omit<CostOptions, 'policy'>): DecisionPolicy {
  for (const [name, cost] of Object.entries({ falsePositive, falseNegative })) {
    if (cost > 0 && cost < Infinity) continue
    throw codedError('INVALID_PARAMETER', `The cost ${name} is ${cost}, wanted a finite number above 0.`)
  }
  // Divided first: the sum of two huge costs would overflow.
  const threshold = 1 / (1 + falseNegative / falsePositive)
  return {
    policy: 'cost',
    value: () => threshold,
    update() {},
    correct() {},
    save(out) {
      out.str('cost')
      out.f64(falsePositive)
      out.f64(falseNegative)
    },
  }
}

/** Reads what follows the policy's name. */
export function loadCostPolicy(input: StateReader): DecisionPolicy {
  const falsePositive = input.f64()
  const falseNegative = input.f64()
  return createCostPolicy({ falsePositive, falseNegative })
}
