import { metricCatalogue } from '#learn/metrics/catalogue.ts'
import { EXTENSIONS } from '#subgraphs/serve.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { processInfo } from '#subgraphs/process-info.ts'
import type { Context } from '../context.ts'
import type { SubscriptionResolvers, UseCaseOverviewResolvers } from '../resolvers.generated.ts'

const MAX_PER_SECOND = 30

export async function overviewNow({ overview }: Context) {
  return { at: Date.now(), useCases: await overview.now(), process: processInfo() }
}

export const UseCaseOverview: UseCaseOverviewResolvers = {
  metrics: ({ metrics }, { names }) =>
    metrics
      .filter(({ name }) => !names || names.includes(name))
      .map(metric => ({
        ...metric,
        title: metricCatalogue[metric.name as keyof typeof metricCatalogue]?.title ?? metric.name,
      })),
  latestPrediction: ({ latestPredictionId: id }) => (id === null ? null : { id }),
}

export const Subscription = {
  overview: {
    // Not a generator itself: what is wrong with the arguments must be known before the first message.
    subscribe(_, { maxPerSecond }, context) {
      const rate = maxPerSecond ?? 4
      if (rate < 1 || rate > MAX_PER_SECOND) {
        throw new CodedError('BAD_USER_INPUT', `maxPerSecond: ${rate} given, 1 to ${MAX_PER_SECOND} wanted.`)
      }
      return snapshots(rate, context) as never
    },
  },
} satisfies SubscriptionResolvers

async function* snapshots(rate: number, context: Context): AsyncGenerator<object> {
  let changed = true
  let wake: (() => void) | null = null
  const notify = () => {
    wake?.()
    wake = null
  }
  using _listening = context.overview.onChange(() => {
    changed = true
    notify()
  })
  context.signal?.addEventListener('abort', notify, { once: true })
  for (let seq = 1; !context.signal?.aborted; seq++) {
    if (!changed) await new Promise<void>(resolve => (wake = resolve))
    if (context.signal?.aborted) return
    changed = false
    yield { overview: await overviewNow(context), [EXTENSIONS]: { seq } }
    await pause(1000 / rate, context.signal)
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
}
