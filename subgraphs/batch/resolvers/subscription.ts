import { EXTENSIONS } from '#subgraphs/serve.ts'
import type { JobRecord } from '../jobs/job.ts'
import type { SubscriptionResolvers } from '../resolvers.generated.ts'

export const Subscription: SubscriptionResolvers = {
  trainingJob: {
    // Not a generator itself: an unknown job must be told before the first message.
    subscribe: (_, { id }, { jobs, signal }) => messages(jobs.updates(id, signal)) as never,
  },
}

async function* messages(updates: AsyncIterable<JobRecord>) {
  let seq = 0
  for await (const trainingJob of updates) yield { trainingJob, [EXTENSIONS]: { seq: ++seq } }
}
