import type { Resolvers } from '../resolvers.generated.ts'

/** Problems carry their type's name; what carries none is the success of its union. */
function orProblem<Name extends string>(success: Name): (value: object) => never {
  return value => ('__typename' in value ? value.__typename : success) as never
}

export const payloads = {
  StartTrainingPayload: { __resolveType: orProblem('TrainingSession') },
  ChallengerPayload: { __resolveType: orProblem('TrainingSession') },
  TrainingPayload: { __resolveType: orProblem('TrainingSession') },
  PredictPayload: { __resolveType: orProblem('Prediction') },
  SubmitLabelPayload: { __resolveType: orProblem('LabelAccepted') },
  ProducerPayload: { __resolveType: orProblem('Producer') },
  Problem: { __resolveType: orProblem('InvalidInput') },
} satisfies Resolvers
