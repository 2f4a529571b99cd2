import { useCaseById } from '#use-cases/index.ts'
import type {
  ModelComparisonResolvers,
  SessionModelResolvers,
  SessionPromotionResolvers,
} from '../resolvers.generated.ts'
import type { ComparisonFigures, ModelFigures, PromotionFigures } from '../session/members/figures.ts'
import type { SessionView } from '../session/session-view.ts'
import { selectMetrics } from './select-metrics.ts'

/** A model of a session with the session's metrics, which are the champion's. */
export interface SessionModelModel extends ModelFigures {
  useCase: string
}

export interface ComparisonModel extends ComparisonFigures {
  useCase: string
}

export interface PromotionModel extends PromotionFigures {
  useCase: string
}

const VERDICTS = { CHALLENGER: 'CHALLENGER_IS_BETTER', CHAMPION: 'CHAMPION_IS_BETTER' } as const

/** The champion first. */
export function modelsOf({ record, models, metrics }: SessionView): SessionModelModel[] {
  const { useCase } = record
  return models
    .map(model => ({ ...model, useCase, ...(model.role === 'CHAMPION' && { metrics: [...metrics] }) }))
    .sort((a, b) => Number(b.role === 'CHAMPION') - Number(a.role === 'CHAMPION'))
}

/** The newest first. */
export function promotionsOf({ record: { useCase }, promotions }: SessionView): PromotionModel[] {
  return promotions.map(promotion => ({ ...promotion, useCase })).toReversed()
}

export const SessionModel: SessionModelResolvers = {
  shed: ({ isShed }) => isShed,
  metrics: ({ metrics }, { names }) => selectMetrics(metrics, names),
  comparison: ({ comparison, useCase }) => comparison && { ...comparison, useCase },
}

export const ModelComparison: ModelComparisonResolvers = {
  loss: ({ useCase }) => (useCaseById(useCase).task === 'regression' ? 'absolute error' : 'log loss'),
  evidenceWanted: ({ wanted }) => wanted,
  verdict: ({ decided }) => (decided ? VERDICTS[decided] : 'UNDECIDED'),
}

export const SessionPromotion: SessionPromotionResolvers = {
  sequence: ({ seq }) => seq,
  comparison: ({ comparison, useCase }) => comparison && { ...comparison, useCase },
}
