import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { phishing } from '#examples/phishing.ts'
import { trumpApproval } from '#examples/trump-approval.ts'
import { inspectDeclaration, type GuardedDeclaration } from '#learn/guard/inspect-declaration.ts'
import { createRandom } from '#learn/math/random.ts'
import { createMetricSet } from '#learn/metrics/metric-set.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent, Mode } from '#use-cases/generator.ts'

/** Best of River 0.26.1 on the same rows in the same order, as `npm run bench -- online --only examples` measures it. */
const RIVER = { logLoss: 0.2839, accuracy: 0.8928, mae: 0.5587, rmse: 1.5943 }

function stream(useCase: UseCase, mode: Mode) {
  const faker = { internet: { userAgent: () => '', ipv4: () => '' }, word: { noun: () => '' } }
  return useCase.generate({
    mode,
    options: {},
    random: createRandom(1),
    faker,
    startMs: Date.UTC(2026, 0, 5),
  })
}

function replayed(useCase: UseCase, count: number): JsonEvent[] {
  const generator = stream(useCase, 'parity')
  return Array.from({ length: count }, () => generator.next().record as JsonEvent)
}

/** Scores of the declared learner, each event predicted before its label is learned. */
function prequential(useCase: UseCase, events: readonly JsonEvent[]): Map<string, number | null> {
  const encoder = createRowEncoder(useCase.features)
  const { learner: name, params } = useCase.online
  const learner = createLearner(name, { columns: encoder.columns, params, seed: 1 })
  const metrics = createMetricSet(useCase.metrics, { task: useCase.task })
  for (const event of events) {
    const row = encoder.encode(event)
    const label = Number(event[useCase.label?.field as string])
    const timeMs = Date.parse(String(event[useCase.time]))
    if (learner.task === 'classification') {
      const score = learner.predict(row)
      metrics.update({ label: label === 1 ? 1 : 0, score, flagged: score > 0.5, timeMs })
      learner.learn(row, label === 1 ? 1 : 0)
    } else if (learner.task === 'regression') {
      metrics.update({ label, score: learner.predict(row), timeMs })
      learner.learn(row, label)
    }
  }
  return new Map(metrics.snapshot().map(({ name: metric, value }) => [metric, value]))
}

describe('use cases on recorded data', () => {
  test('phishing websites are told better than by any learner of River', () => {
    const scores = prequential(phishing as unknown as UseCase, replayed(phishing as unknown as UseCase, 1250))
    assert.ok((scores.get('logLoss') ?? Infinity) < RIVER.logLoss, `${scores.get('logLoss')}`)
    assert.ok((scores.get('accuracy') ?? 0) > RIVER.accuracy, `${scores.get('accuracy')}`)
  })

  test('the average of polls is met more closely than by any learner of River', () => {
    const scores = prequential(
      trumpApproval as unknown as UseCase,
      replayed(trumpApproval as unknown as UseCase, 1001),
    )
    assert.ok((scores.get('mae') ?? Infinity) < RIVER.mae, `${scores.get('mae')}`)
    assert.ok((scores.get('rmse') ?? Infinity) < RIVER.rmse, `${scores.get('rmse')}`)
  })

  for (const useCase of [phishing, trumpApproval] as readonly unknown[] as readonly UseCase[]) {
    test(`${useCase.id}: no feature gives its label away`, async () => {
      const findings = await inspectDeclaration(useCase as GuardedDeclaration, replayed(useCase, 1000))
      assert.deepEqual(findings, [])
    })

    test(`${useCase.id}: labels follow on their own in realistic mode, and rows come again as new events`, () => {
      const generator = stream(useCase, 'realistic')
      const items = Array.from({ length: 4000 }, () => generator.next())
      const events = items.filter(({ kind }) => kind === 'event').map(({ record }) => record as JsonEvent)
      const labels = items.filter(({ kind }) => kind === 'label').map(({ record }) => record)
      const label = useCase.label?.field as string
      assert.ok(labels.length > 1900 && events.every(event => event[label] === undefined))
      assert.equal(new Set(events.map(event => event[useCase.eventId])).size, events.length)
      const [first] = replayed(useCase, 1)
      assert.equal((labels[0] as { label: number }).label, first?.[label])
      assert.equal(generator.drain().length, events.length - labels.length)
      assert.deepEqual(
        Object.keys(useCase.fields).filter(name => name !== label),
        Object.keys(events[0] as JsonEvent),
      )
    })
  }
})
