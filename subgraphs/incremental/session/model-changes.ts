import { CodedError } from '#subgraphs/coded-error.ts'
import type { Evaluation } from './members/figures.ts'
import type { ModelChange } from './members/model-change.ts'
import { createPace } from './pace.ts'
import type { Item } from './packed-items.ts'
import type { PublicationQueue } from './publication-queue.ts'
import type { Publication } from './publisher.ts'
import type { Stepped } from './protocol.ts'
import type { Traces } from './traces.ts'
import type { WorkerClient } from './worker-client.ts'

/** Changes to the models of a running session, each at a place in its order log. */
export interface ModelChanges {
  /** Resolves once the change is durable; rejects with what is wrong with it. */
  make(change: ModelChange): Promise<void>
  /** Takes note of how many models there are. */
  note(evaluation: Evaluation): void
  /** Challengers are passed over while the session lags, so that what is published does not come late for their sake. */
  keepPace(items: readonly Item[]): void
}

const NO_TRACES: Traces = new Map()

export function createModelChanges({
  worker,
  publications,
  onNotice,
}: {
  worker: Pick<WorkerClient, 'call'>
  publications: Pick<PublicationQueue<Stepped & Required<Pick<Publication, 'traces'>>>, 'add'>
  onNotice: (level: 'info' | 'warn', message: string) => void
}): ModelChanges {
  const pace = createPace()
  let challengers = 0

  async function make(change: ModelChange): Promise<void> {
    // Both at once, so that the change is published where it happened among the steps.
    const step = worker.call('change', { change })
    await publications.add(step.then(stepped => ({ ...stepped, traces: NO_TRACES })))
    const { refused } = await step
    if (refused) throw new CodedError(refused.code, refused.message)
  }

  return {
    make,
    note({ models }) {
      challengers = models.length - 1
    },
    keepPace(items) {
      const newest = items.at(-1)
      const change = challengers > 0 && newest ? pace.note(Date.now() - newest.record.timestamp) : null
      if (!change) return
      const what = change.shed ? 'passed over, as the session lags behind' : 'asked again'
      onNotice('info', `The challengers are ${what}.`)
      make({ type: 'shed', on: change.shed }).catch(error => onNotice('warn', (error as Error).message))
    },
  }
}
