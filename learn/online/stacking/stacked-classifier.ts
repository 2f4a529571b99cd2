import type { StateReader } from '../../state/reader.ts'
import { checkedWeight } from '../checked-weight.ts'
import type { BinaryClassifier, Column, Row } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from '../parameters.ts'
import { createStackMembers, loadStackMembers } from './create-stack-members.ts'
import { createStack, type Stack } from './stack.ts'
import type { StackMember } from './stack-member.ts'

const NAME = 'stacked-classifier'
const PARAMETERS = {
  prior: { default: 0.5, min: 1e-6, max: 1 - 1e-6 },
  minority: { default: 200, min: 1, max: 1e9 },
  halfLife: { default: 50_000, min: 100, max: 1e12 },
  bits: { default: 16, min: 8, max: 24, integer: true },
  rate: { default: 0.5, min: 1e-6, max: 10 },
  trees: { default: 10, min: 0, max: 100, integer: true },
}
/** Members' log-odds beyond this say nothing more. */
const MOST = 12
const MAX_LOGIT = 35

/** What a member contributes to a published prediction: its log-odds, and what they are multiplied by. */
export interface MemberShare {
  member: string
  weight: number
  logOdds: number
}

export interface StackedClassifier extends BinaryClassifier {
  explain(row: Row, out: Float64Array): number
  explainMembers(row: Row): MemberShare[]
  /** Names of the members that `setShed` silences. */
  readonly heavyMembers: readonly string[]
  readonly shed: boolean
  /** Sheds the heavy members, which then neither predict nor learn, or takes them back as they were. Saved. */
  setShed(on: boolean): void
}

export const stackedClassifierInfo: LearnerInfo = {
  title: 'Stacked classifier',
  task: 'classification',
  description:
    'Weighted naive Bayes, a logistic regression over pairs of columns and an adaptive random forest on the same examples, weighed by how well each predicts, then calibrated; naive Bayes alone until 200 examples of the rarer class are labelled.',
  missing: 'What it is to each member: a bin of its own, and the more travelled branch of a tree.',
  additive: true,
}

/**
 * Cold starts with weighted naive Bayes while the other members learn in shadow; once `minority` examples of the rarer
 * class are labelled it publishes their combination (stack.ts). `explain` leaves what the forest says in the base.
 * Parameters: `prior` (share of class 1 believed before any label), `minority`, `halfLife` (examples, of the stack and
 * the calibration), `bits` and `rate` (of the logistic regression), `trees` (of the forest; 0 for none).
 */
export function createStackedClassifier({
  columns,
  params,
  seed = 1,
  maxBytes,
}: LearnerOptions): StackedClassifier {
  const parameters = readParameters(NAME, PARAMETERS, params)
  const members = createStackMembers(columns, parameters, seed, maxBytes)
  return fromState(columns.length, parameters, members, createStack(stackOptions(members, parameters)), 0)
}

/** Reads what follows the name in a saved learner. */
export function loadStackedClassifier(input: StateReader, columns: readonly Column[]): StackedClassifier {
  const parameters = loadParameters(input, NAME, PARAMETERS)
  const updates = input.f64()
  const members = loadStackMembers(input, columns, parameters)
  const stack = createStack(stackOptions(members, parameters), input)
  return fromState(columns.length, parameters, members, stack, updates)
}

type Parameters = ParameterValues<typeof PARAMETERS>

function stackOptions(members: readonly StackMember[], { minority, halfLife }: Parameters) {
  return { heavy: members.map(({ heavy }) => heavy), minority, halfLife }
}

function fromState(
  width: number,
  parameters: Parameters,
  members: readonly StackMember[],
  stack: Stack,
  learned: number,
): StackedClassifier {
  const count = members.length
  const raw = new Float64Array(count)
  const clipped = new Float64Array(count)
  const part = new Float64Array(width)
  let updates = learned

  /** Asks the members that a prediction needs, or all that are not shed. */
  function ask(row: Row, needed: Float64Array | null): void {
    for (let k = 0; k < count; k++) {
      const { heavy } = members[k]
      if ((heavy && stack.shed) || (needed !== null && needed[k] === 0)) {
        raw[k] = 0
        clipped[k] = 0
        continue
      }
      const z = members[k].logOdds(row)
      raw[k] = z
      clipped[k] = z > MOST ? MOST : z < -MOST ? -MOST : z
    }
  }

  function publish(row: Row): number {
    const coefficients = stack.coefficients()
    ask(row, coefficients)
    let sum = coefficients[count]
    for (let k = 0; k < count; k++) sum += coefficients[k] * clipped[k]
    const z = sum > MAX_LOGIT ? MAX_LOGIT : sum < -MAX_LOGIT ? -MAX_LOGIT : sum
    return 1 / (1 + Math.exp(-z))
  }

  return {
    name: NAME,
    task: 'classification',
    parameters,
    get updates() {
      return updates
    },
    predict: publish,
    learn(row, label, weight = 1) {
      if (checkedWeight(weight) === 0) return
      ask(row, null)
      stack.learn(clipped, label, weight)
      for (let k = 0; k < count; k++) {
        if (!members[k].heavy || !stack.shed) members[k].learn(row, label, weight, raw[k])
      }
      updates += 1
    },
    unlearn(row, label, weight = 1) {
      if (checkedWeight(weight) === 0) return
      for (const member of members) member.unlearn?.(row, label, weight)
    },
    explain(row, out) {
      const probability = publish(row)
      const coefficients = stack.coefficients()
      out.fill(0)
      for (let k = 0; k < count; k++) {
        const { explain } = members[k]
        if (explain === undefined || coefficients[k] === 0) continue
        explain(row, part)
        for (let i = 0; i < width; i++) out[i] += coefficients[k] * part[i]
      }
      let sum = 0
      for (let i = 0; i < width; i++) sum += out[i]
      return Math.log(probability / (1 - probability)) - sum
    },
    explainMembers(row) {
      publish(row)
      const coefficients = stack.coefficients()
      return members.flatMap(({ name }, k) =>
        coefficients[k] === 0 ? [] : [{ member: name, weight: coefficients[k], logOdds: clipped[k] }],
      )
    },
    heavyMembers: members.filter(({ heavy }) => heavy).map(({ name }) => name),
    get shed() {
      return stack.shed
    },
    setShed: on => stack.setShed(on),
    sizeBytes: () =>
      members.reduce((sum, member) => sum + member.sizeBytes(), stack.sizeBytes()) +
      8 * (2 * count + width + 1),
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(updates)
      for (const member of members) member.save(out)
      stack.save(out)
    },
  }
}
