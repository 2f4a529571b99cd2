import { readFileSync } from 'node:fs'
import type { EventGenerator, GeneratorSettings, Item } from '#use-cases/generator.ts'
import { createLabelDelay } from '#use-cases/label-delay.ts'
import { formatTimestamp } from '#use-cases/timestamp.ts'

/** In `realistic` mode a label comes this long after its event, divided by the label speed. */
const LABEL_DELAY_MS = 3000

/** The rows of a file of `examples/data/` with a header, all of whose values are numbers. */
export function readRows(file: string): Readonly<Record<string, number>>[] {
  const text = readFileSync(new URL(`data/${file}`, import.meta.url), 'utf8')
  const [header = '', ...lines] = text.trimEnd().split(/\r?\n/)
  const names = header.split(',')
  return lines.map(line => Object.fromEntries(line.split(',').map((value, i) => [names[i], Number(value)])))
}

interface ReplayOptions<E> {
  settings: GeneratorSettings<object>
  rows: number
  /** The event of row `row`, the `count`-th of the stream, without its label. */
  eventOf(row: number, count: number, timestamp: string): E
  labelOf(row: number): number
  /** Names of the event's fields. */
  id: keyof E & string
  key: keyof E & string
  label: string
}

/**
 * Recorded rows as an endless stream in their own order: after the last the first comes again, as a new event. Labels
 * stand inside in `parity` mode and follow on their own in `realistic` mode.
 */
export function createReplay<E extends object>({
  settings: { mode, startMs, rate: firstRate = 10, labelSpeed = 1 },
  rows,
  eventOf,
  labelOf,
  id,
  key: keyField,
  label: labelField,
}: ReplayOptions<E>): EventGenerator<E> {
  const labels = createLabelDelay()
  let rate = firstRate
  let timeMs = startMs
  let events = 0
  return {
    next(): Item<E> {
      if (labels.nextMs() <= timeMs) return labels.take()
      const row = events % rows
      const known = eventOf(row, events, formatTimestamp(timeMs))
      const key = String(known[keyField])
      const label = labelOf(row)
      if (mode === 'realistic') {
        const labelMs = timeMs + LABEL_DELAY_MS / labelSpeed
        labels.add({ eventId: String(known[id]), key, label, eventMs: timeMs, labelMs })
      }
      const item: Item<E> = {
        kind: 'event',
        timeMs,
        key,
        record: mode === 'parity' ? { ...known, [labelField]: label } : known,
      }
      events += 1
      timeMs += 1000 / rate
      return item
    },
    drift() {
      throw Object.assign(new Error('A drift was wanted of recorded rows, which are what they are.'), {
        code: 'INVALID_DRIFT',
      })
    },
    setRate(wanted) {
      rate = wanted
    },
    drain: labels.takeAll,
    counters: () => ({ events, pendingLabels: labels.waiting }),
  }
}
