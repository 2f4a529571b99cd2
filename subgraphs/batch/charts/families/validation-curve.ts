import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ValidationCurveData } from '../data/selection-data.ts'
import { bandOf, crossValidate } from '../input/cross-validate.ts'
import { scorerOf } from '../input/refit.ts'
import { selectionSample } from '../input/selection-sample.ts'
import { scoreBands } from '../vega/score-bands.ts'

interface Parameter {
  readonly values: readonly number[]
  readonly min: number
  readonly max: number
  readonly integer: boolean
}

const MOST_VALUES = 10

/** Values that are tried unless others are given, and how far those may go: a refit is small. */
const PARAMETERS: Readonly<Record<string, Parameter>> = {
  iterations: { values: [10, 20, 40, 80], min: 1, max: 200, integer: true },
  depth: { values: [2, 4, 6, 8], min: 1, max: 12, integer: true },
  learningRate: { values: [0.02, 0.05, 0.2, 0.5], min: 0.001, max: 1, integer: false },
  l2: { values: [0, 1, 10, 100], min: 0, max: 1000, integer: false },
}

export const validationCurve: ChartFamily<ValidationCurveData> = {
  async compute(input) {
    const { options, signal } = input
    const paramName = options.text('parameter')
    const paramValues = valuesOf(paramName, options.numbersOrNull('values'))
    const sample = selectionSample(input)
    const tries = []
    for (const value of paramValues) {
      const params = {
        iterations: options.number('iterations'),
        [paramName]: value,
        // Else the number of leaves would bound the tree, and not its depth.
        ...(paramName === 'depth' ? { leaves: Math.min(256, 2 ** value) } : {}),
      }
      tries.push(
        await crossValidate({
          sample,
          folds: options.number('folds'),
          params,
          seed: options.number('seed'),
          signal,
        }),
      )
    }
    return {
      data: {
        __typename: 'ValidationCurveData',
        scorer: scorerOf(sample.classes),
        paramName,
        paramValues,
        train: bandOf(tries.map(({ train }) => train)),
        test: bandOf(tries.map(({ test }) => test)),
      },
      sampled: sample.sampled,
    }
  },

  vega: ({ paramName, paramValues, train, test, scorer }) =>
    scoreBands({ at: paramValues, atTitle: paramName, train, test, scorer }),
}

function valuesOf(name: string, given: readonly number[] | null): readonly number[] {
  const parameter = PARAMETERS[name]
  if (!parameter)
    throw new CodedError('BAD_USER_INPUT', `options.parameter: ${name} given, a known one wanted.`)
  if (given === null) return parameter.values
  const { min, max, integer } = parameter
  const wrong = given.find(value => value < min || value > max || (integer && !Number.isInteger(value)))
  if (wrong === undefined && given.length <= MOST_VALUES) return [...given].sort((a, b) => a - b)
  const wanted = `1 to ${MOST_VALUES} ${integer ? 'integers' : 'numbers'} from ${min} to ${max}`
  throw new CodedError(
    'BAD_USER_INPUT',
    `options.values of ${name}: ${JSON.stringify(given)} given, ${wanted} wanted.`,
  )
}
