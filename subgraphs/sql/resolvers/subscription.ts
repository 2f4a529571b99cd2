import { EXTENSIONS } from '#subgraphs/serve.ts'
import type { LiveUpdate } from '../live/live-update.ts'
import type { SqlLiveUpdate, SubscriptionResolvers } from '../resolvers.generated.ts'
import { operationName } from './sql-queries.ts'

export const Subscription: SubscriptionResolvers = {
  sqlLive: {
    // Not a generator itself: what is wrong with the statement must be known before the first message.
    async subscribe(_, args, { live, signal }, info) {
      const updates = await live.open({ ...args, operation: operationName(info), signal })
      return messages(updates)
    },
  },
}

function messages(
  updates: AsyncIterableIterator<LiveUpdate>,
): AsyncIterableIterator<{ sqlLive: SqlLiveUpdate }> {
  let seq = 0
  const iterator: AsyncIterableIterator<{ sqlLive: SqlLiveUpdate }> = {
    async next() {
      const step = await updates.next()
      if (step.done) return { done: true, value: undefined }
      const message = { sqlLive: step.value, [EXTENSIONS]: { seq: ++seq } }
      return { done: false, value: message as unknown as { sqlLive: SqlLiveUpdate } }
    },
    async return() {
      await updates.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
