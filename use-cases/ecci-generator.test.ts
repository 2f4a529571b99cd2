import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ecci } from './ecci.ts'
import type { EcciRecord } from './ecci-event.ts'
import { personas } from './ecci-personas.ts'
import type { GeneratorSettings, Item, TruthRecord } from './generator.ts'
import { isNearMean, isNearShare } from './test-statistics.ts'
import { mondayMs, testSettings } from './test-sources.ts'

/** Noon in Chicago. */
const noonMs = mondayMs + 18 * 3_600_000
let items: Item<EcciRecord>[] = []
let events: EcciRecord[] = []
let truths: TruthRecord[] = []

function takeUntil(untilMs: number, changes: Partial<GeneratorSettings>): Item<EcciRecord>[] {
  const generator = ecci.generate(testSettings(changes))
  const taken: Item<EcciRecord>[] = []
  for (let item = generator.next(); item.timeMs < untilMs; item = generator.next()) {
    taken.push(item as Item<EcciRecord>)
  }
  return taken
}

const eventsOf = (list: readonly Item<EcciRecord>[]) =>
  list.flatMap(item => (item.kind === 'event' ? [item.record] : []))

before(() => {
  // Three hours at 9 events a second: 100 000 events.
  items = takeUntil(noonMs + 3 * 3_600_000, { mode: 'realistic', startMs: noonMs, rate: 7 })
  events = eventsOf(items)
  truths = items.flatMap(item => (item.kind === 'truth' ? [item.record] : []))
})

const window = <T extends { timestamp: string }>(
  list: readonly T[],
  fromMinute: number,
  toMinute: number,
): T[] => {
  const from = noonMs + fromMinute * 60_000
  const to = noonMs + toMinute * 60_000
  return list.filter(({ timestamp }) => {
    const ms = Date.parse(timestamp)
    return ms >= from && ms < to
  })
}

test('realistic: after two hours customers still arrive at a steady pace', () => {
  const seen = new Set<string>()
  const fresh = [30, 60, 90, 120, 150, 180].map(minute => {
    let added = 0
    for (const { customer_id } of window(events, minute - 30, minute)) {
      if (!seen.has(customer_id)) added++
      seen.add(customer_id)
    }
    return added
  })
  const [, second = 0, , , fifth = 0, sixth = 0] = fresh
  // Arrivals follow the hour, from 12 to 15 by a few per cent.
  for (const added of [fifth, sixth]) assert.ok(added > 0.8 * second && added < 1.3 * second, String(fresh))
})

test('realistic: referrers stay, one per session, on its first event', () => {
  const late = window(events, 120, 180)
  const share = late.filter(({ referrer_url }) => referrer_url !== null).length / late.length
  const meanEvents = personas.reduce((sum, { share: p, meanEvents: mean }) => sum + p * mean, 0)
  assert.ok(Math.abs(share * meanEvents - 1) < 0.1, String(share))
  for (const event of events) {
    assert.equal(event.referrer_url !== null, event.session_event_sequence === 1)
  }
})

test('realistic: events flow at the rate that is wanted, times the rhythm of the local hour, from the first minute', () => {
  // At noon the rhythm is 1 + .5 sin(2π 3 / 24).
  const wanted = 7 * (1 + 0.5 * Math.SQRT1_2)
  const perSecond = (from: number, to: number) => window(events, from, to).length / (60 * (to - from))
  for (const [from, to] of [
    [0, 2],
    [2, 10],
    [30, 60],
  ] as const) {
    assert.ok(Math.abs(perSecond(from, to) / wanted - 1) < 0.25, `${perSecond(from, to)}, wanted ${wanted}`)
  }
  const night = eventsOf(
    takeUntil(noonMs + 16 * 3_600_000, { mode: 'realistic', startMs: noonMs + 15 * 3_600_000, rate: 7 }),
  )
  const atThree = night.length / 3600
  assert.ok(Math.abs(atThree / (7 * 0.5) - 1) < 0.25, `${atThree} at three in the morning`)
})

test('realistic: sessions end, and their truth names the persona and the number of events', () => {
  const bySession = Map.groupBy(events, ({ session_id }) => session_id)
  for (const { session_id, events: count, customer_id } of truths) {
    const list = bySession.get(session_id) ?? []
    assert.equal(list.length, count)
    assert.equal(list.at(-1)?.session_event_sequence, count)
    assert.equal(list[0]?.customer_id, customer_id)
  }
  assert.ok(truths.length > 0.9 * bySession.size, `${truths.length} of ${bySession.size}`)
})

test('realistic: persona shares and session lengths are those of the table', () => {
  // Whoever began in the first half had the time to end, so that long sessions are not missing.
  const half = noonMs + 90 * 60_000
  const early = truths.filter(({ start_time }) => Date.parse(start_time) < half)
  for (const { name, share, meanEvents } of personas) {
    const own = early.filter(({ persona }) => persona === name)
    isNearShare(own.length / early.length, share, early.length)
    isNearMean(
      own.map(({ events: count }) => count),
      meanEvents,
    )
  }
})

test('realistic: four sessions in ten belong to a returning customer of the same persona', () => {
  const starts = events.filter(({ session_event_sequence }) => session_event_sequence === 1)
  const seen = new Set<string>()
  let returning = 0
  for (const { customer_id } of starts) {
    if (seen.has(customer_id)) returning++
    seen.add(customer_id)
  }
  isNearShare(returning / starts.length, 0.4, starts.length)
  const personaOf = new Map<string, string>()
  for (const { customer_id, persona } of truths) {
    assert.equal(personaOf.get(customer_id) ?? persona, persona)
    personaOf.set(customer_id, persona)
  }
})

test('realistic: device and place are fixed per session, time between events is the dwell, all in order', () => {
  let latest = -Infinity
  for (const { timeMs } of items) {
    assert.ok(timeMs >= latest)
    latest = timeMs
  }
  const sessions = Map.groupBy(events.slice(0, 50_000), ({ session_id }) => session_id)
  for (const session of sessions.values()) {
    session.forEach((event, index) => {
      const previous = session[index - 1]
      if (!previous) return
      assert.deepEqual(event.device_info, previous.device_info)
      assert.deepEqual(event.location, previous.location)
      assert.equal(event.session_event_sequence, previous.session_event_sequence + 1)
      const pause = Date.parse(event.timestamp) - Date.parse(previous.timestamp)
      assert.ok(Math.abs(pause - 1000 * previous.time_on_page_seconds) <= 1)
    })
  }
})

test('drift: an abrupt one shifts the shares of personas, a burst brings gift shoppers for a while', () => {
  const shares = (list: readonly Item[], fromMs: number, toMs: number) => {
    const started = list
      .flatMap(item => (item.kind === 'truth' ? [item.record] : []))
      .filter(({ start_time }) => {
        const ms = Date.parse(start_time)
        return ms >= fromMs && ms < toMs
      })
    const gifts = started.filter(({ persona }) => persona === 'gift shopper').length
    return { share: gifts / started.length, count: started.length }
  }
  const settings = { mode: 'realistic', startMs: noonMs, rate: 12 } as const
  const end = noonMs + 2_700_000
  const drifted = takeUntil(end, { ...settings, options: { drift: 'abrupt(1200)' } })
  const later = shares(drifted, noonMs + 1_200_000, noonMs + 2_000_000)
  const earlier = shares(drifted, noonMs, noonMs + 1_200_000)
  isNearShare(earlier.share, 0.1, earlier.count)
  // Sessions that have not ended are missing, long ones above all: gift shoppers come out a little high.
  assert.ok(later.share > 0.37 && later.share < 0.46, String(later.share))
  const burst = takeUntil(end, { ...settings, options: { drift: 'burst(600,600,9)' } })
  const during = shares(burst, noonMs + 600_000, noonMs + 1_200_000)
  isNearShare(during.share, 0.5, during.count)
  assert.ok(shares(burst, noonMs + 1_300_000, noonMs + 2_300_000).share < 0.15)
})

test('realistic: a change of rate takes effect at once', () => {
  const generator = ecci.generate(testSettings({ mode: 'realistic', startMs: noonMs, rate: 20 }))
  const perSecond = (seconds: number) => {
    let count = 0
    const first = generator.next()
    for (let item = first; item.timeMs < first.timeMs + seconds * 1000; item = generator.next()) {
      if (item.kind === 'event') count++
    }
    return count / seconds
  }
  const before = perSecond(600)
  generator.setRate(5)
  const slower = perSecond(300)
  generator.setRate(40)
  const faster = perSecond(300)
  assert.ok(Math.abs(slower / before - 0.25) < 0.1, `${before} then ${slower}`)
  assert.ok(Math.abs(faster / before - 2) < 0.5, `${before} then ${faster}`)
})

test('a seed gives the same bytes', () => {
  for (const mode of ['parity', 'realistic'] as const) {
    const bytes = () => JSON.stringify(takeUntil(mondayMs + 120_000, { mode }))
    assert.equal(bytes(), bytes())
  }
})
