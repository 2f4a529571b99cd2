import type { Registry } from 'prom-client'
import type { Adapters } from '#adapters/open.ts'
import type { RoleConfig } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import type { ServiceProbe } from '#subgraphs/service-status.ts'
import { openSink, type Sink } from '#subgraphs/sql/sink/open-sink.ts'
import { useCases } from '#use-cases/index.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import type { Check } from './engine-checks.ts'
import { lakeReport, sinkReport } from './sink-report.ts'

export interface SinkPart extends AsyncDisposable {
  sink: Sink
  /** Whether its tables are open, and it fills them or stands by. */
  check(): Check
  /** `sink`, and `lake` as its writer finds it. */
  services: { sink: ServiceProbe; lake: ServiceProbe }
}

/** Fills the lake from the log; disposing writes down what still waits. */
export async function openSinkPart({
  adapters: { log, lake, cache, engines },
  instance,
  limits,
  registry,
  logger,
}: {
  adapters: Adapters<'log' | 'lake' | 'cache'>
  instance: string
  limits: RoleConfig['sink']
  registry: Registry
  logger: GatewayLogger
}): Promise<SinkPart> {
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const sink = await openSink({ log, lake, cache, useCases, instance, limits, registry, logger })
  return {
    sink,
    check() {
      const { tables } = sink.status()
      const starting = tables.filter(({ state }) => state === 'STARTING')
      const detail =
        starting.length > 0
          ? `${starting.length} of ${tables.length} tables are being opened`
          : (sinkReport(sink.status()).message ?? '')
      return { ok: starting.length === 0, detail }
    },
    services: {
      sink: () => sinkReport(sink.status()),
      lake: () => lakeReport(sink.status(), engines.lake),
    },
    [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
  }
}
