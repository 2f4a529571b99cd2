import type { BenchResult } from '#bench/bench-result.ts'
import type { TfdShares, Transaction } from '#bench/limits/tfd-limit.ts'
import { tfdLists } from '#use-cases/tfd-domain.ts'
import { gapResults } from './tfd-default.ts'
import { tfdRun } from './tfd-run.ts'
import { tfdStream } from './tfd-stream.ts'

interface Variant {
  name: string
  /** The exact limit is recomputed for other shares. */
  shares?: TfdShares
  /** A pure function of the event that loses nothing: the limit stays. */
  disguise?(event: Transaction): Transaction
}

const variants: readonly Variant[] = [
  { name: 'fraud 3 %', shares: { 'fraud-probability': 0.03 } },
  {
    name: 'fraud with fewer high amounts and more missing codes',
    shares: { 'high-value-fraud-probability': 0.5, 'cvv-provided-missing-probability': 0.15 },
  },
  { name: 'categories permuted', disguise: permuted },
  { name: 'categories renamed', disguise: renamed },
  { name: 'amounts x 0.01', disguise: event => ({ ...event, amount: event.amount * 0.01 }) },
  { name: 'amounts x 100', disguise: event => ({ ...event, amount: event.amount * 100 }) },
]

interface Options {
  events?: number
  seeds?: readonly string[]
}

/** Do the figures of TFD's default hold for streams that it was not chosen on? */
export function tfdRobust({ events = 200_000, seeds = ['1', '2', '3'] }: Options = {}): BenchResult[] {
  return variants.flatMap(({ name, ...options }) => {
    const runs = seeds.map(seed => tfdRun(tfdStream({ count: events, seed, ...options })))
    const method = `${events} generated parity events, ${name}, mean of ${seeds.length} seeds; predict, decide, learn from event 1 on; gap to the exact posterior of the same events; peer: what is allowed`
    return gapResults(`TFD, ${name}`, method, runs)
  })
}

/** Every category stands for the next one of its field, and flags for their opposite. */
function permuted(event: Transaction): Transaction {
  return {
    ...event,
    product_category: next(tfdLists.productCategories, event.product_category),
    payment_method: next(tfdLists.paymentMethods, event.payment_method),
    currency: next(tfdLists.currencies, event.currency),
    transaction_type: next(tfdLists.transactionTypes, event.transaction_type),
    cvv_provided: !event.cvv_provided,
    billing_address_match: !event.billing_address_match,
  }
}

function renamed(event: Transaction): Transaction {
  const product_category = [...event.product_category].reverse().join('')
  return {
    ...event,
    product_category,
    payment_method: `by ${event.payment_method}`,
    merchant_id: `shop ${event.merchant_id}`,
  }
}

function next<Value extends string>(values: readonly Value[], value: string): Value {
  return values[(values.findIndex(one => one === value) + 1) % values.length] as Value
}
