import type { UseCase } from './define.ts'
import { groupNames, typeNames } from './names.ts'

/** SDL of how a classification was decided. */
export const decisionPolicySdl = `"""How the threshold of a classification is chosen."""
enum DecisionPolicy {
  """The best F-beta over past labels."""
  FBETA
  """The least cost of both mistakes."""
  COST
}`

/** SDL of the detail type of a use case's predictions: its fields follow from the task. */
export function detailSdl(useCase: UseCase): string {
  const name = typeNames(useCase).detail
  return `"""${useCase.title}: what a prediction says beyond its score."""\ntype ${name} @shareable {\n${members(useCase)}\n}`
}

function members({ task, group, label }: UseCase): string {
  if (task === 'classification') {
    return `  """Whether the score reached the threshold in force."""
  flagged: Boolean!
  """The threshold in force when the prediction was made."""
  threshold: Float!
  """How the threshold is chosen."""
  policy: DecisionPolicy!`
  }
  if (task === 'regression') {
    const unit = label?.unit ? ` Unit: ${label.unit}.` : ''
    return `  """Running mean absolute error of the predictions before this one; null before the first label.${unit}"""
  expectedError: Float
  """Lower end of the interval that is to cover the label; null before there are enough labels.${unit}"""
  low: Float
  """Its upper end.${unit}"""
  high: Float
  """Share of labels that such intervals are to cover, 0.9; null without an interval."""
  coverage: Float`
  }
  const { id, events } = groupNames(group as string)
  return `  """Stable id of the cluster that the running group is assigned to."""
  cluster: Int!
  """The group that the event belongs to: its ${group}."""
  ${id}: String!
  """Events of the group so far, this one included."""
  ${events}: Int!`
}
