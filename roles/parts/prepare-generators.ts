import type { Registry } from 'prom-client'
import type { Control } from '#ports/control.ts'
import type { EventLog } from '#ports/event-log.ts'
import { createProducerHost, type ProducerHost, type RememberedProducer } from '#producers/producer-host.ts'
import { createProducerMetrics } from '#producers/producer-metrics.ts'
import type { ProducerSettings } from '#producers/settings.ts'
import { useCases } from '#use-cases/index.ts'

export interface Generators {
  /** Continues every generator as control remembers it. Only one host at a time. */
  open(): Promise<ProducerHost>
}

/** Prepares the generators of this process, with metrics that outlive each host of them. */
export function prepareGenerators({
  log,
  control,
  settings,
  given,
  registry,
}: {
  log: EventLog
  control: Control
  settings: ProducerSettings
  /** Settings that were asked for at this start and so win over remembered ones. */
  given: ReadonlySet<string>
  registry: Registry
}): Generators {
  let current: ProducerHost | null = null
  const metrics = createProducerMetrics({ registry, statuses: () => current?.statuses() ?? [] })
  return {
    async open() {
      const host = createProducerHost({
        useCases,
        log,
        settings,
        given,
        recall: id => control.get<RememberedProducer>(`producer/${id}`),
        remember: (id, state) => control.put(`producer/${id}`, state),
        ...metrics,
      })
      current = host
      try {
        await host.start()
      } catch (error) {
        await host[Symbol.asyncDispose]()
        throw error
      }
      return host
    },
  }
}
