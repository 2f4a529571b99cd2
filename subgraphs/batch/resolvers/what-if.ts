import type { Context } from '../context.ts'
import type { QueryWhatIfArgs, SmallestChangeResolvers, WhatIfResolvers } from '../resolvers.generated.ts'
import { askModel } from '../serving/ask-model.ts'
import { explain } from '../serving/explain.ts'
import { readEventInput } from '../serving/read-event.ts'
import { smallestChange } from '../serving/smallest-change.ts'
import { varyEvent } from '../serving/vary-event.ts'
import { chosenModel } from './chosen-model.ts'
import { invalidEvent } from './invalid-event.ts'
import { problemOf } from './problem-of.ts'

/** Answers about an event and its variations, and the smallest change that matters. */
export async function whatIf({ event, run, vary }: QueryWhatIfArgs['input'], context: Context) {
  try {
    const { useCase, parsed } = readEventInput(event)
    if (!parsed.ok) return invalidEvent(parsed)
    const ask = askModel(await chosenModel(context, useCase, run), useCase)
    const base = ask(parsed.event)
    const points = varyEvent(useCase, parsed.event, vary ?? []).map(({ values, event: varied }) => ({
      values,
      prediction: ask(varied),
    }))
    return {
      __typename: 'WhatIf',
      base,
      points,
      smallestChange: smallestChange(useCase, parsed.event, ask, base),
    }
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
