import { createRandom } from '#learn/math/random.ts'
import type { LogRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { FakeText, Mode } from '#use-cases/generator.ts'
import { EVENT, type Item, LABEL } from './packed-items.ts'

const PARTITIONS = 3

/** Text that costs nothing: what tests need of it is that it is there. */
const FAKER: FakeText = {
  internet: { userAgent: () => 'agent', ipv4: () => '192.0.2.1' },
  word: { noun: () => 'word' },
}

/** A seeded stream of events and labels as a session reads them, spread over three partitions each. */
export function generateItems({
  useCase,
  mode,
  count,
  seed,
}: {
  useCase: UseCase
  mode: Mode
  /** Items, events and labels together. */
  count: number
  seed: string
}): Item[] {
  const generator = useCase.generate({
    mode,
    options: {},
    random: createRandom(seed),
    faker: FAKER,
    startMs: 1_767_571_200_000,
  })
  const next = { event: new Array<number>(PARTITIONS).fill(0), label: new Array<number>(PARTITIONS).fill(0) }
  const items: Item[] = []
  while (items.length < count) {
    const item = generator.next()
    if (item.kind === 'truth') continue
    const partition = (items.length * 7 + next[item.kind].length) % PARTITIONS
    const offset = next[item.kind][partition] as number
    next[item.kind][partition] = offset + 1
    const record = logRecord({
      partition,
      offset,
      timestamp: Math.round(item.timeMs),
      value: JSON.stringify(item.record),
    })
    items.push({ kind: item.kind === 'event' ? EVENT : LABEL, record })
  }
  return items
}

export function logRecord({
  partition,
  offset,
  timestamp = 0,
  value,
}: {
  partition: number
  offset: number
  timestamp?: number
  value: string | Uint8Array
}): LogRecord {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return { topic: 'events', partition, offset, timestamp, key: null, value: bytes, headers: {} }
}
