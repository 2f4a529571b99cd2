import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecci } from '#use-cases/ecci.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { Interaction } from '../limits/ecci-likelihood.ts'
import { ecciLimit } from '../limits/ecci-limit.ts'
import { etaLimit } from '../limits/eta-limit.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { tfdLimit } from '../limits/tfd-limit.ts'
import { ecciItems } from './ecci-items.ts'
import { ecciQuality } from './ecci-quality.ts'
import { etaQuality } from './eta-quality.ts'
import { tfdQuality } from './tfd-quality.ts'

const EVENTS = 200_000

test(`${tfd.id}: over 200k parity events AUC is within .01 and F2 within .036 of the limit, and not above what luck allows`, () => {
  const events = parityEvents(tfd, { count: EVENTS, seed: 'quality' })
  const limit = tfdLimit(events)
  const { auc, f2, nonFinite } = tfdQuality(events as readonly JsonEvent[])
  assert.equal(nonFinite, 0)
  assert.ok(limit.auc - auc <= 0.01, `AUC ${auc}, limit ${limit.auc}`)
  assert.ok(limit.f2 - f2 <= 0.036, `F2 ${f2}, limit ${limit.f2}`)
  // Better than the exact posterior would mean that the label leaked.
  assert.ok(auc <= limit.auc + 0.001 && f2 <= limit.f2 + 0.001, `AUC ${auc}, F2 ${f2}`)
})

test(`${eta.id}: over 200k parity events the mean absolute error exceeds the limit by at most 1 %`, () => {
  const events = parityEvents(eta, { count: EVENTS, seed: 'quality' })
  const { mae } = etaLimit(events)
  const quality = etaQuality(events as readonly JsonEvent[])
  assert.equal(quality.nonFinite, 0)
  assert.ok(quality.mae / mae - 1 <= 0.01, `MAE ${quality.mae}, limit ${mae}`)
  assert.ok(quality.mae / mae >= 0.995, `MAE ${quality.mae} is below the limit ${mae}`)
})

test(`${ecci.id}: realistic sessions reach 60 % of the limit's agreement with the personas, and arrival order tells nothing`, () => {
  const items = ecciItems({ sessions: 3000, seed: 'quality' })
  const events = items.flatMap(item => (item.kind === 'event' ? [item.record] : []))
  const truths = items.flatMap(item => (item.kind === 'truth' ? [item.record] : []))
  const limit = ecciLimit(events as unknown as Interaction[], truths)
  const quality = ecciQuality(items)
  assert.equal(quality.nonFinite, 0)
  assert.ok(quality.ari >= 0.6 * limit.ari, `ARI ${quality.ari}, limit ${limit.ari}`)
  assert.ok(quality.arrivalBits < 0.01, `${quality.arrivalBits} bit`)
})
