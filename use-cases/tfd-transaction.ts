import type { FakeText } from './generator.ts'
import type { OptionsOf } from './options.ts'
import { type Random, chance, integerBetween, pick, round, uniform } from './random.ts'
import { tfdLaw, tfdLists, type tfdOptions } from './tfd-domain.ts'

/** The part of the law that drift changes. */
export interface TfdConcept {
  fraudProbability: number
  amountNormal: readonly [number, number]
  amountFraudHigh: readonly [number, number]
}

interface Settings {
  random: Random
  faker: FakeText
  options: OptionsOf<typeof tfdOptions>
}

/** Replaces what belongs to a returning user; called before anything depends on the class. */
export type Personalise = (base: Account) => Account

/** What stays with a user from one transaction to the next. */
export interface Account {
  account_age_days: number
  os: string
  browser: string
  user_agent: string
}

/** Draws one transaction without its ids and time, in the reference system's order of draws. */
export function drawTransaction(
  { random, faker, options }: Settings,
  { fraudProbability, amountNormal, amountFraudHigh }: TfdConcept,
  personalise: Personalise,
) {
  const isFraud = random.next() < fraudProbability
  const age = integerBetween(random, 0, 365 * options['account-age-days-limit'])
  const transaction_type: string = pick(random, tfdLists.transactionTypes)
  let payment_method: string = pick(random, tfdLists.paymentMethods)
  const merchant_id = `merchant_${integerBetween(random, 1, options['merchant-id-limit'])}`
  const currency: string = pick(random, tfdLists.currencies)
  let product_category: string = pick(random, tfdLists.productCategories)
  const os = pick(random, tfdLists.operatingSystems)
  const browser = pick(random, tfdLists.browsers)
  const user_agent = faker.internet.userAgent()
  const ip_address = faker.internet.ipv4()
  const lat = integerBetween(random, -180_000_000, 180_000_000) / 1e6 / 2
  const lon = integerBetween(random, -180_000_000, 180_000_000) / 1e6
  let cvv_provided = !chance(random, options['cvv-provided-missing-probability'])
  let billing_address_match = !chance(random, options['billing-address-match-missing-probability'])
  const account = personalise({ account_age_days: age, os, browser, user_agent })
  let { account_age_days } = account
  let amount: number
  if (isFraud) {
    const range = chance(random, options['high-value-fraud-probability'])
      ? amountFraudHigh
      : tfdLaw.amountFraudLow
    amount = round(uniform(random, range[0], range[1]), 2)
    if (chance(random, tfdLaw.fraudCvvMissing)) cvv_provided = false
    if (chance(random, tfdLaw.fraudBillingMismatch)) billing_address_match = false
    if (chance(random, tfdLaw.fraudCategory)) product_category = pick(random, tfdLists.fraudCategories)
    if (chance(random, tfdLaw.fraudNewAccount)) {
      const [youngest, oldest] = tfdLaw.fraudNewAccountDays
      account_age_days = integerBetween(random, youngest, oldest)
    }
    if (chance(random, tfdLaw.fraudPayment)) payment_method = pick(random, tfdLists.fraudPayments)
  } else {
    amount = round(uniform(random, amountNormal[0], amountNormal[1]), 2)
    if (!cvv_provided && chance(random, tfdLaw.normalCvvRestored)) cvv_provided = true
    if (!billing_address_match && chance(random, tfdLaw.normalBillingRestored)) billing_address_match = true
  }
  return {
    isFraud,
    amount,
    currency,
    merchant_id,
    product_category,
    transaction_type,
    payment_method,
    location: { lat, lon },
    ip_address,
    device_info: { os: account.os, browser: account.browser },
    user_agent: account.user_agent,
    account_age_days,
    cvv_provided,
    billing_address_match,
  }
}
