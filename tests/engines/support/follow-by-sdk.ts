import { createClient } from '#sdk/create-client.ts'
import { extensionsOf } from '#sdk/extensions-of.ts'
import { createPredictionTally, type Follower } from './prediction-tally.ts'

/** Less than the method of that name asks for: the load is to be on the learners. */
const SUBSCRIPTION = `subscription ($useCase: UseCaseId!, $resumeFrom: String) {
  predictions(useCase: $useCase, resumeFrom: $resumeFrom) { id }
}`

/** Follows predictions by our SDK, which is told of several gateways and resumes by itself. */
export function followBySdk({ urls, useCase }: { urls: readonly string[]; useCase: string }): Follower {
  const tally = createPredictionTally()
  let connections = 0
  const client = createClient({
    url: urls.map(url => `${url}/graphql`),
    onConnection(state) {
      if (state === 'open') connections++
    },
  })
  const leaving = new AbortController()
  const { signal } = leaving
  const followed = (async () => {
    const messages = client.subscribe<{ predictions: { id: string } }>(
      SUBSCRIPTION,
      { useCase },
      { signal, buffer: { max: 100_000 } },
    )
    for await (const message of messages) tally.take(message.predictions.id, extensionsOf(message))
    if (!signal.aborted) tally.problems.push('the stream ended')
  })().catch((error: unknown) => tally.problems.push(String(error)))
  return {
    name: `SDK, ${useCase}`,
    useCase,
    tally,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await followed
      await client[Symbol.asyncDispose]()
    },
  }
}
