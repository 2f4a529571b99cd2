import { createLearner } from '#learn/online/registry.ts'
import type { BinaryClassifier } from '#learn/online/learner.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import { createMetricSet } from '#learn/metrics/metric-set.ts'
import { createRandom } from '#learn/math/random.ts'
import { predictionText } from '#subgraphs/incremental/session/order-record.ts'
import { createRecentIds } from '#subgraphs/incremental/session/recent-ids.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { tfd } from '#use-cases/tfd.ts'

const EVENTS = 40_000
const ROUNDS = 5

/** Microseconds per event of each stage of the learner's thread, medians of rounds over the same events. */
export function stageMicroseconds(): Record<string, number> {
  const useCase = tfd as UseCase
  const generator = useCase.generate({
    mode: 'parity',
    options: {},
    random: createRandom('1'),
    faker: {
      internet: { userAgent: () => 'Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0', ipv4: () => '192.0.2.1' },
      word: { noun: () => 'word' },
    },
    startMs: 1_767_571_200_000,
  })
  const encoder = new TextEncoder()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const values = Array.from({ length: EVENTS }, () => encoder.encode(JSON.stringify(generator.next().record)))
  const rounds: Record<string, number[]> = {}
  const timed = <T>(stage: string, run: () => T): T => {
    const began = performance.now()
    const result = run()
    rounds[stage] = [...(rounds[stage] ?? []), ((performance.now() - began) * 1000) / EVENTS]
    return result
  }
  for (let round = 0; round < ROUNDS; round++) {
    const parse = createEventParser(useCase)
    const rows = createRowEncoder(useCase.features)
    const model = createLearner(useCase.online.learner, {
      columns: rows.columns,
      params: useCase.online.params,
      seed: '1',
    }) as BinaryClassifier
    const metrics = createMetricSet(useCase.metrics, { task: 'classification' })
    const ids = createRecentIds()
    const texts = timed('decode', () => values.map(value => decoder.decode(value)))
    const events = timed('parse and validate', () =>
      texts.map(text => {
        const parsed = parse(text)
        if (!parsed.ok) throw new Error(parsed.message)
        return parsed
      }),
    )
    timed('deduplicate', () => events.forEach(({ id }) => ids.add(id)))
    const encoded = timed('features', () => events.map(({ event }) => rows.encode(event)))
    const scores = timed('predict and learn', () =>
      encoded.map((row, i) => {
        const score = model.predict(row)
        model.learn(row, events[i]?.label === 1 ? 1 : 0)
        return score
      }),
    )
    timed('metrics', () =>
      scores.forEach((score, i) => {
        const { label, timeMs } = events[i] as (typeof events)[number]
        metrics.update({ label: label === 1 ? 1 : 0, score, flagged: score > 0.2, timeMs })
      }),
    )
    timed('prediction record', () =>
      scores.forEach((score, i) => {
        const { id, timeMs } = events[i] as (typeof events)[number]
        const head = {
          useCase: 'TFD',
          session: 's',
          seq: i,
          partition: 0,
          offset: i,
          labels: [0, 0, 0],
          at: 1,
          eventTime: timeMs,
          latencyMs: 1,
        }
        encoder.encode(
          predictionText(
            { ...head, eventId: id, score, detail: { flagged: false, threshold: 0.2 }, modelVersion: i },
            texts[i] as string,
          ),
        )
      }),
    )
  }
  return Object.fromEntries(Object.entries(rounds).map(([stage, times]) => [stage, median(times)]))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
