import { createRandom } from '#learn/math/random.ts'
import type { NewRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { testSettings } from '#use-cases/test-sources.ts'
import { topicsOf } from '#use-cases/topics.ts'

export interface MadeBatch {
  topic: string
  records: NewRecord[]
}

/** Shares of records that are no rows. */
const POISON = 0.02
const MARKERS = 0.1

/** Endless batches for every topic that a sink reads: events, labels, predictions, outcomes, and some of what nobody can read. */
export function* madeRecords(
  seed: string,
  useCases: readonly UseCase[],
  batchSize = 40,
): Generator<MadeBatch> {
  const random = createRandom(seed)
  const sources = useCases.map(useCase => {
    const startMs = Date.UTC(2026, 0, 5, 20) + Math.floor(random.next() * 7_200_000)
    return {
      useCase,
      generator: useCase.generate(testSettings({ mode: 'realistic', random, startMs })),
      seq: 0,
    }
  })
  for (;;) {
    for (const source of sources) {
      const { useCase, generator } = source
      const topics = topicsOf(useCase)
      const [events, labels, predictions, outcomes]: NewRecord[][] = [[], [], [], []]
      while (events!.length < batchSize) {
        const item = generator.next()
        if (item.kind === 'label') labels!.push({ key: item.key, value: JSON.stringify(item.record) })
        if (item.kind !== 'event') continue
        events!.push({ key: item.key, value: JSON.stringify(item.record) })
        if (random.next() < POISON) events!.push(poison(random.next()))
        if (random.next() < MARKERS) predictions!.push({ value: markerText(source.seq) })
        predictions!.push({ value: predictionText(useCase, source.seq++, item.record, random.next()) })
      }
      const rows = [
        [source.seq, 1, random.next()],
        [source.seq + 1, 0, null],
      ]
      outcomes!.push({ value: JSON.stringify({ v: 1, session: 's', from: 0, rows }) })
      yield { topic: topics.events, records: events! }
      yield { topic: topics.predictions, records: predictions! }
      yield { topic: topics.outcomes, records: outcomes! }
      if (labels!.length > 0) yield { topic: topics.labels, records: labels! }
    }
  }
}

function poison(kind: number): NewRecord {
  if (kind < 0.25) return { value: '{"amount": 1' }
  if (kind < 0.5) return { value: Uint8Array.of(0xff, 0xfe, 0x00) }
  if (kind < 0.75) return { value: '', headers: { origin: 'nowhere' } }
  return { value: '{"transaction_id":"\\ud800","amount":"much"}', key: Uint8Array.of(0xff) }
}

function predictionText(useCase: UseCase, seq: number, event: unknown, score: number): string {
  const detail = {
    classification: { flagged: score > 0.5, threshold: 0.5 },
    regression: { expectedError: score * 100 },
    clustering: { cluster: Math.floor(score * 4), group: `g${seq % 7}`, groupEvents: seq },
  }[useCase.task]
  const at = Date.UTC(2026, 0, 5) + seq
  return JSON.stringify({
    v: 1,
    kind: 'prediction',
    useCase: useCase.id,
    session: 's',
    seq,
    partition: seq % 3,
    offset: seq,
    labels: [0, 0, 0],
    at,
    eventTime: at - 0.5,
    latencyMs: 3,
    eventId: `e${seq}`,
    score,
    detail,
    modelVersion: seq,
    event,
  })
}

const markerText = (seq: number) =>
  JSON.stringify({ v: 1, kind: 'labels', session: 's', seq, labels: [1, 0, 0] })
