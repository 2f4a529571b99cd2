import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog } from '#ports/event-log.ts'
import { newTrace, parseTrace } from '#subgraphs/trace-context.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createRandom } from '#learn/math/random.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Context } from './context.ts'
import { createIngest } from './ingest.ts'
import { submitLabel } from './resolvers/submit-label.ts'

const useCase = tfd as UseCase
const { events: eventTopic, labels: labelTopic } = topicsOf(useCase)

async function headersIn(log: EventLog, topic: string) {
  const found: Record<string, string>[] = []
  for await (const { records } of log.read(topic, { from: 'earliest' })) {
    for (const { headers } of records) found.push({ ...headers })
  }
  return found
}

function eventsOf(count: number): object[] {
  const generator = useCase.generate({
    mode: 'realistic',
    options: {},
    random: createRandom('ingest'),
    faker: {
      internet: { userAgent: () => 'Mozilla/5.0', ipv4: () => '192.0.2.1' },
      word: { noun: () => 'lamp' },
    },
    startMs: Date.UTC(2026, 0, 5),
  })
  const events: object[] = []
  while (events.length < count) {
    const item = generator.next()
    if (item.kind === 'event') events.push(item.record)
  }
  return events
}

async function openLog(): Promise<EventLog> {
  const log = createMemoryEventLog()
  await log.createTopics([{ name: eventTopic }, { name: labelTopic }])
  return log
}

test('events that are ingested carry their id and the trace of the request, under a span of their own', async () => {
  await using log = await openLog()
  const ingest = createIngest({ log })
  const [first, second, third] = eventsOf(3)
  const trace = { ...newTrace(), sampled: true, state: 'a=1' }
  assert.equal((await ingest(useCase, [first, second], trace)).accepted, 2)
  assert.equal((await ingest(useCase, [third])).accepted, 1)
  const headers = await headersIn(log, eventTopic)
  assert.equal(new Set(headers.map(each => each['event_id'])).size, 3)
  const traced = headers.filter(each => each['traceparent'])
  assert.equal(traced.length, 2)
  for (const { traceparent, tracestate } of traced) {
    const found = parseTrace(traceparent, tracestate)
    assert.deepEqual({ ...found, spanId: '' }, { ...trace, spanId: '' })
    assert.notEqual(found?.spanId, trace.spanId)
  }
})

test('a label that is submitted carries the trace of the request', async () => {
  await using log = await openLog()
  const trace = newTrace()
  const input = { event: { useCase: 'TFD', eventId: 'e', label: 1 } } as Parameters<typeof submitLabel>[0]
  await submitLabel(input, { log, trace } as unknown as Context)
  await submitLabel(input, { log } as unknown as Context)
  const headers = await headersIn(log, labelTopic)
  assert.deepEqual(
    headers.map(({ traceparent }) => parseTrace(traceparent)?.traceId),
    [trace.traceId, undefined],
  )
})
