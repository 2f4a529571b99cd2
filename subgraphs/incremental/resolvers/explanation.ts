import type { JsonEvent } from '#use-cases/generator.ts'
import { useCaseById } from '#use-cases/index.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ExplanationResolvers } from '../resolvers.generated.ts'
import { numbersOf, type PredictionRecord } from '../session/order-record.ts'

/** Parts of a recorded score. */
export interface ExplanationModel {
  useCase: string
  event: JsonEvent
  /** Base, then one of each feature. */
  parts: readonly number[]
}

export function explanationModel({ useCase, event, explanation }: PredictionRecord): ExplanationModel | null {
  return explanation ? { useCase, event: event as JsonEvent, parts: [...numbersOf(explanation)] } : null
}

export const Explanation: ExplanationResolvers = {
  unit: ({ useCase }) => (useCaseById(useCase).task === 'classification' ? 'LOG_ODDS' : 'TARGET'),
  base: ({ parts }) => parts[0] ?? 0,
  contributions({ useCase, event, parts }, { top }) {
    const { features } = useCaseById(useCase)
    return largest(parts, top).map(index => {
      const feature = features[index]
      return {
        feature: feature?.name ?? String(index),
        value: feature?.of(event) ?? null,
        contribution: parts[index + 1] ?? 0,
      }
    })
  },
  others({ parts }, { top }) {
    const told = new Set(largest(parts, top))
    return parts.slice(1).reduce((sum, part, index) => (told.has(index) ? sum : sum + part), 0)
  },
  total: ({ parts }) => parts.reduce((sum, part) => sum + part, 0),
}

/** Indices of the features whose contributions are largest, the largest first. */
function largest(parts: readonly number[], top: number | null | undefined): number[] {
  const wanted = top ?? 10
  if (wanted < 0) throw new CodedError('BAD_USER_INPUT', `top: ${wanted} given, 0 or more wanted.`)
  return parts
    .slice(1)
    .map((_, index) => index)
    .sort((a, b) => Math.abs(parts[b + 1] ?? 0) - Math.abs(parts[a + 1] ?? 0))
    .slice(0, wanted)
}
