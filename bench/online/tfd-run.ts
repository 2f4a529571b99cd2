import { rankingLimit } from '#bench/limits/ranking-limit.ts'
import { expectTask } from '#bench/quality/prequential.ts'
import { createDecisionPolicy } from '#learn/online/decision/decision-policy.ts'
import type { ParameterValue } from '#learn/online/learner-options.ts'
import { createLearner } from '#learn/online/registry.ts'
import { tfd } from '#use-cases/tfd.ts'
import { EARLY, type TfdStream } from './tfd-stream.ts'

/** How far a learner stays behind the exact detector on the same events; all from the first event on. */
export interface TfdGaps {
  auc: number
  averagePrecision: number
  f2: number
  /** Over the first `EARLY` events. */
  earlyF2: number
  logLoss: number
}

interface Options {
  learner?: string
  params?: Readonly<Record<string, ParameterValue>>
  /** Events until the label of event `i` arrives; 0: at once. */
  delay?(i: number): number
}

/**
 * Predicts every event and decides by a threshold from the past only; learns each label when it arrives. What the
 * threshold learns is the score that the model gives then, before it learns the label.
 */
export function tfdRun(
  { columns, rows, labels, limit, earlyLimit }: TfdStream,
  { learner: name = tfd.online.learner, params = tfd.online.params, delay = () => 0 }: Options = {},
): TfdGaps {
  const learner = expectTask(createLearner(name, { columns, params, seed: 1 }), 'classification')
  const decision = createDecisionPolicy({ policy: 'fbeta', beta: 2 })
  const count = rows.length
  const scores = new Float64Array(count)
  const flags = new Uint8Array(count)
  const arrivals = new Map<number, number[]>()

  function learn(i: number): void {
    const row = rows[i] as Float64Array
    const label = labels[i] === 1 ? 1 : 0
    decision.update(learner.predict(row), label)
    learner.learn(row, label)
  }

  rows.forEach((row, i) => {
    for (const known of arrivals.get(i) ?? []) learn(known)
    arrivals.delete(i)
    const score = learner.predict(row)
    if (!(score >= 0 && score <= 1)) throw new Error(`Event ${i} was given ${score}, wanted a probability.`)
    scores[i] = score
    flags[i] = score >= decision.value() ? 1 : 0
    const wait = Math.ceil(delay(i))
    if (wait <= 0) learn(i)
    else arrivals.set(i + wait, [...(arrivals.get(i + wait) ?? []), i])
  })
  const reached = rankingLimit(scores, labels)
  return {
    auc: limit.auc - reached.auc,
    averagePrecision: limit.averagePrecision - reached.averagePrecision,
    f2: limit.f2 - f2Of(flags, labels, count),
    earlyF2: earlyLimit.f2 - f2Of(flags, labels, Math.min(count, EARLY)),
    logLoss: reached.logLoss - limit.logLoss,
  }
}

function f2Of(flags: Uint8Array, labels: Uint8Array, count: number): number {
  let hits = 0
  let flagged = 0
  let positives = 0
  for (let i = 0; i < count; i++) {
    const flag = flags[i] as number
    const label = labels[i] as number
    hits += flag * label
    flagged += flag
    positives += label
  }
  return (5 * hits) / (4 * positives + flagged)
}
