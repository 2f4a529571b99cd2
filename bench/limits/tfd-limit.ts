import type { EventOfUseCase } from '#use-cases/define.ts'
import { tfdLaw, tfdLists, tfdOptions } from '#use-cases/tfd-domain.ts'
import type { tfd } from '#use-cases/tfd.ts'
import { type RankingLimit, rankingLimit } from './ranking-limit.ts'

export type Transaction = EventOfUseCase<typeof tfd>

/**
 * What the exact detector reaches on these labelled transactions of `parity` mode at default options: nobody who sees
 * the same fields can honestly do better, but for luck.
 */
export function tfdLimit(events: readonly Transaction[]): RankingLimit {
  const scores = Float64Array.from(events, tfdPosterior)
  return rankingLimit(
    scores,
    Uint8Array.from(events, ({ is_fraud }) => is_fraud ?? 0),
  )
}

/** Options of the producer that change what the fields tell about the class. */
export type TfdShares = Partial<
  Record<
    | 'fraud-probability'
    | 'high-value-fraud-probability'
    | 'cvv-provided-missing-probability'
    | 'billing-address-match-missing-probability',
    number
  >
>

/** Probability of fraud given the law of the stream at default options. */
export function tfdPosterior(event: Transaction): number {
  return ofDefaults(event)
}

/** The same for a stream of other shares. Given the class, fields are independent: odds multiply. */
export function createTfdPosterior(shares: TfdShares): (event: Transaction) => number {
  const share = (name: keyof TfdShares) => shares[name] ?? tfdOptions[name].default
  const prior = share('fraud-probability')
  const high = share('high-value-fraud-probability')
  const cvv = missing(
    share('cvv-provided-missing-probability'),
    tfdLaw.fraudCvvMissing,
    tfdLaw.normalCvvRestored,
  )
  const billing = missing(
    share('billing-address-match-missing-probability'),
    tfdLaw.fraudBillingMismatch,
    tfdLaw.normalBillingRestored,
  )
  return event => posterior(event, { prior, high, cvv, billing })
}

interface Law {
  prior: number
  high: number
  cvv: FalseRates
  billing: FalseRates
}

function posterior(event: Transaction, { prior, high, cvv, billing }: Law): number {
  const odds =
    (prior / (1 - prior)) *
    amountRatio(event.amount, high) *
    flagRatio(event.cvv_provided, cvv) *
    flagRatio(event.billing_address_match, billing) *
    ageRatio(event.account_age_days) *
    mixRatio(
      event.product_category,
      tfdLists.productCategories,
      tfdLists.fraudCategories,
      tfdLaw.fraudCategory,
    ) *
    mixRatio(event.payment_method, tfdLists.paymentMethods, tfdLists.fraudPayments, tfdLaw.fraudPayment)
  return odds === Infinity ? 1 : odds / (1 + odds)
}

/** Probability that a flag is false in each class. */
interface FalseRates {
  fraud: number
  normal: number
}

function missing(base: number, alsoInFraud: number, restored: number): FalseRates {
  return { fraud: 1 - (1 - base) * (1 - alsoInFraud), normal: base * (1 - restored) }
}

function flagRatio(value: boolean, { fraud, normal }: FalseRates): number {
  return value ? (1 - fraud) / (1 - normal) : fraud / normal
}

function amountRatio(amount: number, high: number): number {
  const fraud =
    high * density(amount, tfdLaw.amountFraudHigh) + (1 - high) * density(amount, tfdLaw.amountFraudLow)
  // Outside both laws nothing is known; the ratio is then that of no evidence.
  const normal = density(amount, tfdLaw.amountNormal)
  return fraud === 0 && normal === 0 ? 1 : fraud / normal
}

function density(value: number, [low, high]: readonly [number, number]): number {
  return value >= low && value <= high ? 1 / (high - low) : 0
}

function ageRatio(days: number): number {
  const ages = 365 * tfdOptions['account-age-days-limit'].default + 1
  const [youngest, oldest] = tfdLaw.fraudNewAccountDays
  const isNew = days >= youngest && days <= oldest
  const extra = isNew ? (tfdLaw.fraudNewAccount * ages) / (oldest - youngest + 1) : 0
  return 1 - tfdLaw.fraudNewAccount + extra
}

/** A category that fraud redraws from a shorter list with probability `redrawn`. */
function mixRatio(
  value: string,
  all: readonly string[],
  favoured: readonly string[],
  redrawn: number,
): number {
  return 1 - redrawn + (favoured.includes(value) ? (redrawn * all.length) / favoured.length : 0)
}

const ofDefaults = createTfdPosterior({})
