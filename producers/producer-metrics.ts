import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { SendError, Sent } from './sender.ts'
import type { ProducerStatus } from './status.ts'

export interface ProducerMetrics {
  onSent(sent: Sent): void
  onError(error: SendError): void
}

/** The producer families of the reference system, under its names, read from the producers when scraped. */
export function createProducerMetrics({
  registry,
  statuses,
}: {
  registry: Registry
  statuses: () => readonly ProducerStatus[]
}): ProducerMetrics {
  const registers = [registry]
  const total = new Counter({
    name: 'kafka_producer_messages_sent_total',
    help: 'Events acknowledged by the log.',
    labelNames: ['topic', 'producer'] as const,
    registers,
  })
  const errors = new Counter({
    name: 'kafka_producer_errors_total',
    help: 'Appends that failed; each is tried again.',
    labelNames: ['topic', 'producer', 'error_type'] as const,
    registers,
  })
  const duration = new Histogram({
    name: 'kafka_producer_send_duration_seconds',
    help: 'Time from handing a batch to the log until it was acknowledged.',
    labelNames: ['topic'] as const,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    registers,
  })
  const size = new Histogram({
    name: 'kafka_producer_message_size_bytes',
    help: 'Size of record values.',
    labelNames: ['topic'] as const,
    buckets: [100, 500, 1000, 5000, 10_000, 50_000],
    registers,
  })
  gauge('kafka_producer_connected', 'Whether the last append was acknowledged.', ({ connected }) =>
    connected ? 1 : 0,
  )
  gauge(
    'kafka_producer_last_message_timestamp',
    'Unix seconds of the last acknowledged event.',
    ({ lastTimestampMs }) => (lastTimestampMs === null ? null : lastTimestampMs / 1000),
  )
  gauge('kafka_producer_fraud_ratio', 'Share of positive events so far.', ({ fraudRatio }) => fraudRatio)
  gauge('kafka_producer_active_sessions', 'Groups under way.', ({ activeSessions }) => activeSessions)

  function gauge(name: string, help: string, read: (status: ProducerStatus) => number | null): void {
    new Gauge({
      name,
      help,
      labelNames: ['producer'] as const,
      registers,
      collect() {
        for (const status of statuses()) {
          const value = read(status)
          if (value !== null) this.set({ producer: status.useCase.toLowerCase() }, value)
        }
      },
    })
  }

  const producerOf = (topic: string) =>
    statuses()
      .find(status => topic === status.topic || topic.startsWith(`${status.topic}.`))
      ?.useCase.toLowerCase() ?? topic

  return {
    onSent({ topic, kind, records, sizes, durationMs }) {
      if (kind === 'event') total.inc({ topic, producer: producerOf(topic) }, records)
      duration.observe({ topic }, durationMs / 1000)
      for (const bytes of sizes) size.observe({ topic }, bytes)
    },
    onError({ topic }) {
      errors.inc({ topic, producer: producerOf(topic), error_type: 'send' })
    },
  }
}
