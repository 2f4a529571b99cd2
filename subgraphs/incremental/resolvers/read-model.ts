import type { DecisionSpec } from '#use-cases/define.ts'
import type { ChallengerInput, DecisionInput } from '../resolvers.generated.ts'
import type { ChallengerSpec } from '../session/members/model-change.ts'

/** Something wrong with a model in a mutation's input, and where it stands. */
export class InvalidModelInput extends Error {
  readonly code = 'BAD_USER_INPUT'
  readonly path: string
  constructor(path: string, message: string) {
    super(`${path}: ${message}`)
    this.path = path
  }
}

const LONGEST_NAME = 60

/** @throws InvalidModelInput */
export function readChallenger(
  { name: given, learner, parameters, seed, automatic, decision }: ChallengerInput,
  path: string,
  seedOf: (name: string) => string,
): ChallengerSpec {
  const name = given ?? learner
  if (!/^[\w .-]+$/.test(name) || name.length > LONGEST_NAME)
    throw new InvalidModelInput(
      `${path}.name`,
      `"${name.slice(0, 80)}" given, 1 to ${LONGEST_NAME} letters, digits, spaces, dots and dashes wanted.`,
    )
  const read = readDecision(decision, `${path}.decision`)
  return {
    name,
    learner,
    parameters: readParameters(parameters, `${path}.parameters`) ?? {},
    seed: seed ?? seedOf(name),
    automatic: automatic ?? false,
    ...(read && { decision: read }),
  }
}

/** @throws InvalidModelInput */
export function readParameters(given: unknown, path: string): ChallengerSpec['parameters'] | undefined {
  if (given === null || given === undefined) return undefined
  const isPlain = typeof given === 'object' && !Array.isArray(given)
  const wrong = isPlain
    ? Object.entries(given).find(([, value]) => !['number', 'string', 'boolean'].includes(typeof value))
    : undefined
  if (isPlain && !wrong) return { ...given } as ChallengerSpec['parameters']
  const told = wrong
    ? `"${wrong[0]}" is ${JSON.stringify(wrong[1])}`
    : `${JSON.stringify(given).slice(0, 80)} given`
  throw new InvalidModelInput(path, `${told}, an object from names to numbers, texts or booleans wanted.`)
}

/** @throws InvalidModelInput */
export function readDecision(
  given: DecisionInput | null | undefined,
  path: string,
): DecisionSpec | undefined {
  if (!given) return undefined
  const positive = (value: number, name: string) => {
    if (value > 0 && value < Number.POSITIVE_INFINITY) return value
    throw new InvalidModelInput(`${path}.${name}`, `${value} given, a number greater than 0 wanted.`)
  }
  if (given.fbeta) return { policy: 'fbeta', beta: positive(given.fbeta.beta, 'fbeta.beta') }
  if (!given.cost) return undefined
  return {
    policy: 'cost',
    falsePositive: positive(given.cost.falsePositive, 'cost.falsePositive'),
    falseNegative: positive(given.cost.falseNegative, 'cost.falseNegative'),
  }
}
