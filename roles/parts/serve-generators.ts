import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import { answerRequests } from '#producers/answer-requests.ts'
import { startHeartbeat } from '#producers/heartbeat.ts'
import type { HostedProducer } from '#producers/producer-host.ts'
import { takeTurns, type Turns } from '#producers/take-turns.ts'
import { useCases } from '#use-cases/index.ts'
import type { Generators } from './prepare-generators.ts'

/**
 * Runs the generators of this process for processes with the graph: does what they ask through control, tells by heartbeats how
 * things are, and stands by while another process does so.
 */
export function serveGenerators({
  generators,
  cache,
  control,
  instance,
  notice,
}: {
  generators: Generators
  cache: Cache
  control: Control
  /** Names this process among those that could generate. */
  instance: string
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}): Turns {
  async function begin(): Promise<AsyncDisposable> {
    await using opened = new AsyncDisposableStack()
    const host = opened.use(await generators.open())
    const statuses = () =>
      useCases.map(({ id }) => host.status(id)).filter((status): status is HostedProducer => !!status)
    const heartbeat = opened.use(startHeartbeat({ cache, instance, statuses }))
    opened.use(
      answerRequests({
        control,
        host,
        onChanged: heartbeat.beat,
        onError: error => notice('warn', `A request of the graph was not answered: ${error.message}`),
      }),
    )
    return opened.move()
  }
  return takeTurns({ cache, control, instance, notice, begin })
}
