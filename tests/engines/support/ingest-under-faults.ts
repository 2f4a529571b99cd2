import { setTimeout as sleep } from 'node:timers/promises'
import { useCases } from '#use-cases/index.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { generatedEvents } from '../../e2e/support/generated-events.ts'
import { graphql } from '../../e2e/support/graphql.ts'

export interface IngestLoad {
  /** Ids of the events of a use case that a gateway has acknowledged. */
  acknowledged(useCase: string): readonly string[]
  /** Batches of which nobody knows whether they are in the log. */
  readonly failed: number
  /** What no outage explains. */
  readonly problems: readonly string[]
  stop(): Promise<void>
}

const BATCH = 10
const PAUSE_MS = 150
const PATIENCE_MS = 20_000
const INGEST =
  'mutation ($useCase: UseCaseId!, $events: [JSON!]!) { ingest(useCase: $useCase, events: $events) { accepted duplicates } }'

/** Sends events of every use case to one gateway after the other until it is told to stop; what fails is not sent again. */
export function startIngest({ urls, seed }: { urls: readonly string[]; seed: string }): IngestLoad {
  const stopping = new AbortController()
  const acknowledged = new Map<string, string[]>(useCases.map(({ id }) => [id, []]))
  const problems: string[] = []
  let failed = 0
  const lanes = useCases.map(async (useCase, index) => {
    const parse = createEventParser(useCase)
    for (let round = 0; !stopping.signal.aborted; round++) {
      const events = generatedEvents(useCase, {
        count: BATCH,
        seed: `${seed}/${useCase.id}/${round}`,
        mode: 'parity',
      })
      const ids = events.flatMap(event => {
        const parsed = parse.ofObject(event)
        return parsed.ok ? [parsed.id] : []
      })
      const url = urls[(round + index) % urls.length] as string
      try {
        const asked = graphql<{ ingest: { accepted: number; duplicates: number } }>(url, INGEST, {
          useCase: useCase.id,
          events,
        })
        const { data, errors } = await Promise.race([asked, sleep(PATIENCE_MS).then(() => late())])
        if (errors) failed++
        else if (data.ingest.accepted === ids.length) acknowledged.get(useCase.id)?.push(...ids)
        else problems.push(`${useCase.id}: ${JSON.stringify(data.ingest)} of ${ids.length}`)
      } catch {
        failed++
      }
      await sleep(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })
  return {
    acknowledged: useCase => acknowledged.get(useCase) ?? [],
    get failed() {
      return failed
    },
    problems,
    async stop() {
      stopping.abort()
      await Promise.all(lanes)
    },
  }
}

function late(): never {
  throw new Error('No answer.')
}
