import { tfd } from '#use-cases/tfd.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import type { Interaction } from '../limits/ecci-likelihood.ts'
import { ecciLimit } from '../limits/ecci-limit.ts'
import { etaLimit } from '../limits/eta-limit.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { tfdLimit } from '../limits/tfd-limit.ts'
import { ecciItems } from '../quality/ecci-items.ts'
import { ecciQuality } from '../quality/ecci-quality.ts'
import { etaQuality } from '../quality/eta-quality.ts'
import { tfdQuality } from '../quality/tfd-quality.ts'

const EVENTS = 200_000
const SESSIONS = 6000
const SEEDS = ['1', '2', '3']

/** How close do the declared learners come to the theoretical limit of the same stream, prequentially from event 1? */
export async function limits(): Promise<BenchResult[]> {
  return SEEDS.flatMap(seed => [...fraud(seed), ...arrival(seed), ...clusters(seed)])
}

function fraud(seed: string): BenchResult[] {
  const events = parityEvents(tfd, { count: EVENTS, seed })
  const limit = tfdLimit(events)
  const quality = tfdQuality(events as readonly JsonEvent[])
  finite(quality.nonFinite)
  const method = `${EVENTS} generated parity events, seed ${seed}; predict, score, learn; limit: exact posterior of the same events`
  return [
    result('TFD, area under the ROC curve', quality.auc, limit.auc, '', method),
    result(
      'TFD, F2 with a threshold from the past only',
      quality.f2,
      limit.f2,
      '',
      `${method} at its best threshold in hindsight`,
    ),
    result('TFD, log loss', quality.logLoss, limit.logLoss, 'nats', method),
  ]
}

function arrival(seed: string): BenchResult[] {
  const events = parityEvents(eta, { count: EVENTS, seed })
  const quality = etaQuality(events as readonly JsonEvent[])
  finite(quality.nonFinite)
  const method = `${EVENTS} generated parity events, seed ${seed}; predict, score, learn; limit: conditional median given regime, distance and rating`
  return [result('ETA, mean absolute error', quality.mae, etaLimit(events).mae, 's', method)]
}

function clusters(seed: string): BenchResult[] {
  const items = ecciItems({ sessions: SESSIONS, seed })
  const quality = ecciQuality(items)
  finite(quality.nonFinite)
  const events = items.flatMap(item => (item.kind === 'event' ? [item.record] : []))
  const truths = items.flatMap(item => (item.kind === 'truth' ? [item.record] : []))
  const limit = ecciLimit(events as unknown as Interaction[], truths)
  const method = `${quality.events} realistic events, ${quality.sessions} finished sessions, seed ${seed}; last assignment of each; limit: exact Bayes assignment over the personas`
  return [
    result('ECCI, adjusted Rand index against hidden personas', quality.ari, limit.ari, '', method),
    {
      ...result(
        'ECCI, most bits the arrival index mod k tells about the cluster',
        quality.arrivalBits,
        null,
        'bit',
        method,
      ),
      ratio: null,
    },
  ]
}

function result(name: string, ours: number, limit: number | null, unit: string, method: string): BenchResult {
  return {
    name,
    ours,
    peer: limit,
    ratio: limit === null ? null : ours / limit,
    unit,
    method,
    environment: environment(),
  }
}

function finite(count: number): void {
  if (count > 0) throw new Error(`${count} predictions were not finite.`)
}
