import { EXTENSIONS } from '#subgraphs/serve.ts'
import { useCaseById } from '#use-cases/index.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { SubscriptionResolvers } from '../resolvers.generated.ts'
import type { SessionView } from '../session/session-view.ts'
import { openOutcomeStream } from '../streams/outcome-stream.ts'
import { checkRate, openPredictionStream } from '../streams/prediction-stream.ts'
import { createStream } from '../streams/stream.ts'

const PROGRESS_PER_SECOND = 1
const METRICS_PER_SECOND = 10

export const Subscription = {
  predictions: {
    async *subscribe(_, args, { feeds, log, platform, signal }) {
      const useCase = useCaseById(args.useCase)
      const feed = feeds.get(useCase.id)
      if (!feed) throw new CodedError('UNKNOWN_USE_CASE', `${useCase.id} is not served here.`)
      const messages = await openPredictionStream({ ...args, useCase, feed, log, platform, signal })
      for await (const { prediction, seq, dropped, gap } of messages) {
        yield {
          predictions: prediction,
          [EXTENSIONS]: { seq, ...(dropped > 0 && { dropped }), ...(gap && { gap }) },
        } as never
      }
    },
  },
  outcomes: {
    async *subscribe(_, args, { sessions, lookup, signal }) {
      const messages = openOutcomeStream({
        ...args,
        useCase: useCaseById(args.useCase),
        sessions,
        lookup,
        signal,
      })
      for await (const { value, seq, dropped } of messages) {
        yield { outcomes: value, [EXTENSIONS]: { seq, ...(dropped > 0 && { dropped }) } } as never
      }
    },
  },
  metrics: {
    async *subscribe(_, { useCase, names, maxPerSecond }, { sessions, signal }) {
      checkRate(maxPerSecond)
      const { metrics } = useCaseById(useCase)
      const unknown = names?.filter(name => !metrics.includes(name)) ?? []
      if (unknown.length > 0) {
        throw new CodedError(
          'BAD_USER_INPUT',
          `names: ${unknown.join(', ')} given, some of ${metrics.join(', ')} wanted.`,
        )
      }
      const stream = createStream<SessionView>({
        maxPerSecond: maxPerSecond ?? METRICS_PER_SECOND,
        signal,
        onEnd: () => listening[Symbol.dispose](),
      })
      const push = (view: SessionView) => {
        if (view.record.useCase !== useCase) return
        stream.push({
          ...view,
          metrics: names ? view.metrics.filter(({ name }) => names.includes(name)) : view.metrics,
        })
      }
      const listening = sessions.events.on('metrics', push)
      const current = sessions.current(useCase)
      if (current?.metricsAt) push(current)
      for await (const { value, seq } of stream.messages())
        yield { metrics: value, [EXTENSIONS]: { seq } } as never
    },
  },
  trainingSession: {
    async *subscribe(_, { useCase }, { sessions, signal }) {
      const states = createStream<SessionView>({ signal, onEnd: () => listening.dispose() })
      // A change of state is never dropped; progress only says that numbers moved, so one a second is enough.
      let progressAt = 0
      const listening = new DisposableStack()
      listening.use(
        sessions.events.on('state', view => {
          if (view.record.useCase === useCase) states.push({ ...view })
        }),
      )
      listening.use(
        sessions.events.on('progress', view => {
          const now = performance.now()
          if (view.record.useCase !== useCase || now - progressAt < 1000 / PROGRESS_PER_SECOND) return
          progressAt = now
          states.push({ ...view })
        }),
      )
      const current = sessions.current(useCase)
      if (current) states.push({ ...current })
      for await (const { value, seq, dropped } of states.messages()) {
        yield { trainingSession: value, [EXTENSIONS]: { seq, ...(dropped > 0 && { dropped }) } } as never
      }
    },
  },
} satisfies SubscriptionResolvers
