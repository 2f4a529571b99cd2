import { parityEvents } from '#bench/limits/parity-events.ts'
import { expectTask, labelledEvents } from '#bench/quality/prequential.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'

interface Member {
  learner: string
  params?: Readonly<Record<string, number | string | boolean>>
  seed: number
}

/** Log loss in nats of each learner at each of `count` fraud events, predicted before it is learned. */
export function logLosses(
  members: readonly Member[],
  { count, seed }: { count: number; seed: string },
): Float64Array[] {
  const events = parityEvents(tfd, { count, seed }) as readonly JsonEvent[]
  const encoder = createRowEncoder(tfd.features)
  const learners = members.map(({ learner, params = {}, seed: own }) =>
    expectTask(createLearner(learner, { columns: encoder.columns, params, seed: own }), 'classification'),
  )
  const losses = members.map(() => new Float64Array(count))
  labelledEvents(tfd, events).forEach(({ event, label }, i) => {
    const row = encoder.encode(event)
    const truth = label === 1 ? 1 : 0
    for (const [k, learner] of learners.entries()) {
      const p = Math.min(1 - 1e-3, Math.max(1e-3, learner.predict(row)))
      ;(losses[k] as Float64Array)[i] = -Math.log(truth === 1 ? p : 1 - p)
      learner.learn(row, truth)
    }
  })
  return losses
}
