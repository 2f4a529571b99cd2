import type { Context } from '../context.ts'
import type {
  QueryWhatIfArgs,
  SmallestChangeResolvers,
  WhatIfPointResolvers,
  WhatIfResolvers,
} from '../resolvers.generated.ts'
import type { AnswerModel } from '../serving/answer-model.ts'
import { askModel } from '../serving/ask-model.ts'
import { explain } from '../serving/explain.ts'
import { readEventInput } from '../serving/read-event.ts'
import { smallestChange } from '../serving/smallest-change.ts'
import { varyEvent } from '../serving/vary-event.ts'
import { chosenModel } from './chosen-model.ts'
import { invalidEvent } from './invalid-event.ts'
import { problemOf } from './problem-of.ts'

/** One of the events that were tried. */
export interface WhatIfPointModel {
  readonly values: Readonly<Record<string, unknown>>
  readonly prediction: AnswerModel
}

/** Answers about an event and its variations, and the smallest change that matters. */
export async function whatIf({ event, run, vary }: QueryWhatIfArgs['input'], context: Context) {
  try {
    const { useCase, parsed } = readEventInput(event)
    if (!parsed.ok) return invalidEvent(parsed)
    const ask = askModel(await chosenModel(context, useCase, run), useCase)
    const base = ask(parsed.event)
    const points: WhatIfPointModel[] = []
    for (const { values, event: varied } of varyEvent(useCase, parsed.event, vary ?? []))
      points.push({ values, prediction: await context.pace(() => ask(varied)) })
    const search = () => smallestChange(useCase, parsed.event, ask, base)
    return { __typename: 'WhatIf', base, points, smallestChange: () => context.pace(search) }
  } catch (error) {
    return problemOf(error)
  }
}

export const WhatIf: WhatIfResolvers = {
  explanation: ({ base }, { top }) => explain(base as never, top ?? 10),
}

export const SmallestChange: SmallestChangeResolvers = {
  prediction: ({ answer }) => answer,
}

export const WhatIfPoint: WhatIfPointResolvers = {
  score: ({ prediction }) => prediction.answer.score,
  raw: ({ prediction }) => prediction.answer.raw,
  flagged: ({ prediction }) => prediction.answer.flagged,
  cluster: ({ prediction }) => prediction.answer.cluster,
}
