import { createDrift, parseDriftKnobs } from './drift.ts'
import { createArrivals, meanSeconds } from './ecci-arrivals.ts'
import { createCustomers } from './ecci-customers.ts'
import type { EcciRecord } from './ecci-event.ts'
import type { EcciSettings } from './ecci-generator.ts'
import { type Persona, driftedPersonaShares, personaShares, personas } from './ecci-personas.ts'
import { type EcciSession, advanceSession, openSession } from './ecci-session.ts'
import type { EventGenerator, Item } from './generator.ts'
import { chance, createUuids, pickWeighted, round } from './random.ts'
import { createTimeQueue } from './time-queue.ts'
import { formatTimestamp } from './timestamp.ts'

type Truth = Extract<Item, { kind: 'truth' }>

/**
 * Sessions of five hidden personas: they arrive as a Poisson process with a daily rhythm, live for a geometric number
 * of events, and end. Who they were goes to the truth topic when they have ended, never into an event.
 */
export function createRealisticEcci({
  options,
  random,
  faker,
  startMs,
  rate: firstRate = options['event-rate-per-minute'] / 60,
}: EcciSettings): EventGenerator<EcciRecord> {
  const drift = createDrift()
  for (const knob of parseDriftKnobs(options.drift)) drift.add(knob, startMs)
  const sources = { random, faker, uuid: createUuids(random, startMs) }
  const customers = createCustomers(random, sources.uuid)
  const arrivals = createArrivals({ random, rate: firstRate, timezone: options.timezone })
  let due = createTimeQueue<EcciSession>()
  const truths: Truth[] = []
  let rate = firstRate
  let nowMs = startMs
  let events = 0
  let sessions = 0

  const open = (timeMs: number, spread: (persona: Persona) => number) => {
    const shares = drift.isNewConcept(timeMs, random) ? driftedPersonaShares : personaShares
    const index = pickWeighted(random, burstShares(shares, drift.factor(timeMs)))
    const session = openSession(sources, customers.choose(index))
    due.push(round(timeMs + spread(personas[index] as Persona), 3), session)
    sessions++
  }

  // The shop is open already: so many sessions begin within their first dwell that events flow at the full rate from
  // the start. By arrivals alone it would take ten minutes to get there.
  const openMany = (count: number) => {
    for (let index = 0; index < count; index++) {
      open(nowMs, ({ dwell }) => random.next() * meanSeconds(dwell) * 1000)
    }
  }

  const closeSome = (share: number) => {
    const kept = createTimeQueue<EcciSession>()
    while (due.size > 0) {
      const timeMs = due.nextMs()
      const session = due.pop() as EcciSession
      if (!chance(random, share)) kept.push(timeMs, session)
      else if (session.events > 0) truths.push(truthOf(session, nowMs))
    }
    due = kept
  }

  openMany(arrivals.openAt(startMs, rate))
  let arrivalMs = arrivals.nextMs(startMs)

  const next = (): Item<EcciRecord> => {
    const truth = truths.pop()
    if (truth) return truth
    while (arrivalMs <= due.nextMs()) {
      open(arrivalMs, () => 0)
      arrivalMs = arrivals.nextMs(arrivalMs)
    }
    nowMs = due.nextMs()
    const session = due.pop() as EcciSession
    const { record, isLast } = advanceSession(sources, session, nowMs)
    events++
    if (isLast) truths.push(truthOf(session, nowMs))
    else due.push(nowMs + record.time_on_page_seconds * 1000, session)
    return { kind: 'event', timeMs: nowMs, key: session.sessionId, record }
  }
  return {
    next,
    drift: knob => drift.add(knob, nowMs),
    setRate(wanted) {
      if (wanted > rate) openMany(arrivals.openAt(nowMs, wanted - rate))
      else closeSome(1 - wanted / rate)
      rate = wanted
      arrivals.setRate(wanted)
      arrivalMs = arrivals.nextMs(nowMs)
    },
    drain: () => [],
    counters: () => ({ events, sessions, customers: customers.created, activeSessions: due.size }),
  }
}

/** A burst multiplies the odds of the last persona: a rush of gift shoppers. */
function burstShares(shares: readonly number[], factor: number): readonly number[] {
  if (factor === 1) return shares
  const weights = shares.map((share, index) => (index === shares.length - 1 ? share * factor : share))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}

function truthOf({ sessionId, customer, events, startMs }: EcciSession, endMs: number): Truth {
  const record = {
    session_id: sessionId,
    customer_id: customer.id,
    persona: customer.persona.name,
    events,
    start_time: formatTimestamp(startMs),
    end_time: formatTimestamp(endMs),
  }
  return { kind: 'truth', timeMs: endMs, key: sessionId, record }
}
