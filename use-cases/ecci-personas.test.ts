import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecci } from './ecci.ts'
import { ecciLists } from './ecci-domain.ts'
import type { EcciRecord } from './ecci-event.ts'
import { personas } from './ecci-personas.ts'
import type { TruthRecord } from './generator.ts'
import { isNearShare } from './test-statistics.ts'
import { testSettings } from './test-sources.ts'

const events: EcciRecord[] = []
const truths: TruthRecord[] = []
const generator = ecci.generate(testSettings({ mode: 'realistic', rate: 30 }))
while (events.length < 150_000) {
  const item = generator.next()
  if (item.kind === 'event') events.push(item.record as EcciRecord)
  if (item.kind === 'truth') truths.push(item.record)
}

test('the table of personas is one of probabilities', () => {
  const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0)
  const wholes: (readonly number[])[] = [
    personas.map(({ share }) => share),
    ...personas.flatMap(({ mix, devices }) => [mix, devices]),
  ]
  wholes.push(...personas.flatMap(({ categories }) => (categories ? [categories] : [])))
  for (const whole of wholes) assert.ok(Math.abs(sum(whole) - 1) < 1e-12, String(whole))
})

test('what a persona does follows its row of the table', () => {
  const personaOf = new Map(truths.map(({ session_id, persona }) => [session_id, persona]))
  const byPersona = Map.groupBy(events, ({ session_id }) => personaOf.get(session_id))
  for (const { name, mix, purchaseAfterCart, price, dwell, devices, categories } of personas) {
    const own = byPersona.get(name) ?? []
    const sessions = Map.groupBy(own, ({ session_id }) => session_id)
    const firsts = own.filter(({ session_event_sequence }) => session_event_sequence === 1)
    isNearShare(
      firsts.filter(({ event_type }) => event_type === 'page_view').length / firsts.length,
      0.8,
      firsts.length,
    )
    devices.forEach((wanted, index) => {
      const device = ecciLists.deviceTypes[index]
      const share =
        firsts.filter(({ device_info }) => device_info.device_type === device).length / firsts.length
      isNearShare(share, wanted, firsts.length)
    })
    let afterCart = 0
    let purchases = 0
    const mixed: EcciRecord[] = []
    for (const session of sessions.values()) {
      session.forEach((event, index) => {
        const previous = session[index - 1]
        if (previous?.event_type === 'add_to_cart') {
          afterCart++
          if (event.event_type !== 'purchase') return
          purchases++
          assert.equal(event.product_id, previous.product_id)
          assert.equal(event.price, previous.price)
          assert.equal(event.quantity, previous.quantity)
          return
        }
        assert.notEqual(event.event_type, 'purchase')
        if (previous) mixed.push(event)
      })
    }
    isNearShare(purchases / afterCart, purchaseAfterCart, afterCart)
    ;(['page_view', 'search', 'add_to_cart', 'leave_review'] as const).forEach((type, index) => {
      const share = mixed.filter(({ event_type }) => event_type === type).length / mixed.length
      isNearShare(share, mix[index] as number, mixed.length)
    })
    // Medians are not moved by clipping.
    const belowMedian = own.filter(({ time_on_page_seconds }) => time_on_page_seconds < dwell.median).length
    const atMedian = own.filter(({ time_on_page_seconds }) => time_on_page_seconds === dwell.median).length
    isNearShare((belowMedian + atMedian / 2) / own.length, 0.5, own.length)
    const shown = own.filter(event => event.price !== null && event.event_type !== 'purchase')
    isNearShare(
      shown.filter(event => (event.price as number) < price.median).length / shown.length,
      0.5,
      shown.length,
    )
    // Half of what lies within one σ is above or below: checks σ as the quartiles would.
    const within = shown.filter(
      event => Math.abs(Math.log((event.price as number) / price.median)) < price.sigma,
    ).length
    isNearShare(within / shown.length, 0.6827, shown.length)
    categories?.forEach((wanted, index) => {
      const category = ecciLists.productCategories[index]
      const share =
        shown.filter(({ product_category }) => product_category === category).length / shown.length
      isNearShare(share, wanted, shown.length)
    })
  }
})

test('a loyal buyer has two favourite categories and keeps them', () => {
  const loyal = new Set(
    truths.filter(({ persona }) => persona === 'loyal buyer').map(({ session_id }) => session_id),
  )
  const shown = events.filter(event => loyal.has(event.session_id) && event.product_category !== null)
  const byCustomer = [...Map.groupBy(shown, ({ customer_id }) => customer_id).values()].filter(
    list => list.length >= 30,
  )
  assert.ok(byCustomer.length > 20, String(byCustomer.length))
  const topTwo = byCustomer.map(list => {
    const counts = [...Map.groupBy(list, ({ product_category }) => product_category).values()].map(
      group => group.length,
    )
    const [first = 0, second = 0] = counts.sort((a, b) => b - a)
    return (first + second) / list.length
  })
  assert.ok(topTwo.reduce((sum, share) => sum + share, 0) / topTwo.length > 0.6)
})
