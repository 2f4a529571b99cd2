import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog, LogRecord } from '#ports/event-log.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { type ProducerOptions, createProducer } from './producer.ts'
import { createTestClock } from './test-clock.ts'

export const startMs = Date.UTC(2026, 0, 5, 12)

/** A producer on a log in memory with its topics, under a clock that the test moves. */
export async function setUp(options: Partial<ProducerOptions> = {}) {
  const { useCase = tfd } = options
  const clock = createTestClock(startMs)
  const log = createMemoryEventLog({ now: clock.now })
  const topics = topicsOf(useCase)
  const names = [topics.events, topics.labels, topics.truth]
  await log.createTopics(names.map(name => ({ name })))
  const producer = createProducer({
    log,
    clock,
    ...options,
    useCase,
    settings: { seed: 7, ...options.settings },
  })
  return { clock, log, topics, producer }
}

/** Every record of a topic. */
export async function recordsOf(log: EventLog, topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const batch of log.read(topic, { from: 'earliest' })) records.push(...batch.records)
  return records
}
