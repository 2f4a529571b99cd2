import { CodedError } from '#subgraphs/coded-error.ts'
import { useCaseById } from '#use-cases/index.ts'
import type { SubscriptionResolvers } from '../resolvers.generated.ts'
import { openDriftStream } from '../streams/drift-stream.ts'
import { mapMessages } from '../streams/map-messages.ts'
import { openMetricsStream } from '../streams/metrics-stream.ts'
import { openOutcomeStream } from '../streams/outcome-stream.ts'
import { openPredictionStream } from '../streams/prediction-stream.ts'
import { openSessionStream } from '../streams/session-stream.ts'

export const Subscription: SubscriptionResolvers = {
  predictions: {
    async subscribe(_, args, { feeds, log, platform, signal, positions = false, notice }) {
      const useCase = useCaseById(args.useCase)
      const feed = feeds.get(useCase.id)
      if (!feed) throw new CodedError('UNKNOWN_USE_CASE', `${useCase.id} is not served here.`)
      const messages = await openPredictionStream({
        ...args,
        useCase,
        feed,
        log,
        platform,
        signal,
        positions,
        onMissed: (session, from, to) =>
          notice(
            'warn',
            `Predictions ${from} to ${to - 1} of session ${session} did not come by the tail of the log; they were read from it.`,
          ),
      })
      return mapMessages('predictions', messages, message =>
        'position' in message
          ? message
          : { ...message, value: message.prediction, cursor: message.prediction.cursor },
      )
    },
  },
  outcomes: {
    async subscribe(_, args, { outcomes, lookup, log, platform, signal, positions = false }) {
      const useCase = useCaseById(args.useCase)
      const feed = outcomes.get(useCase.id)
      if (!feed) throw new CodedError('UNKNOWN_USE_CASE', `${useCase.id} is not served here.`)
      const given = { ...args, useCase, feed, lookup, log, platform, signal, positions }
      return mapMessages('outcomes', await openOutcomeStream(given), message => message)
    },
  },
  metrics: {
    subscribe(_, args, { sessions, signal }) {
      const messages = openMetricsStream({ ...args, useCase: useCaseById(args.useCase), sessions, signal })
      // A snapshot replaces the one before: what was passed over is not a loss.
      return mapMessages('metrics', messages, ({ value, seq }) => ({ value, seq }))
    },
  },
  drift: {
    async subscribe(_, { useCase, resumeFrom }, { log, platform, signal, positions = false }) {
      const given = { useCase: useCaseById(useCase), log, platform, resumeFrom, signal, positions }
      return mapMessages('drift', await openDriftStream(given), message => message)
    },
  },
  trainingSession: {
    subscribe: (_, { useCase }, { sessions, signal }) =>
      mapMessages('trainingSession', openSessionStream({ useCase, sessions, signal }), message => message),
  },
}
