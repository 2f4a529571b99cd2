import type { KnownEventOf } from './fields.ts'
import type { tfdFields } from './tfd-fields.ts'
import type { EntityWindow } from './windows/entity-window.ts'
import { DAY_MS, HOUR_MS } from './windows/lengths.ts'

type Known = KnownEventOf<typeof tfdFields>
type Window = EntityWindow<Known, 'user_id' | 'merchant_id'>

const amount = (event: Known) => event.amount
const cvvMissing = (event: Known) => !event.cvv_provided

/** How the user, and the merchant, usually behave. */
export const tfdWindows: readonly Window[] = [
  {
    name: 'user_count_1h',
    description: 'Transactions of the user in the last hour.',
    key: 'user_id',
    kind: 'count',
    windowMs: HOUR_MS,
  },
  {
    name: 'user_count_24h',
    description: 'Transactions of the user in the last 24 hours.',
    key: 'user_id',
    kind: 'count',
    windowMs: DAY_MS,
  },
  {
    name: 'user_amount_24h',
    description: 'Sum of the amounts of the user in the last 24 hours.',
    key: 'user_id',
    kind: 'sum',
    of: amount,
    windowMs: DAY_MS,
  },
  {
    name: 'user_mean_amount',
    description: 'Mean amount of the user so far.',
    key: 'user_id',
    kind: 'mean',
    of: amount,
    windowMs: 'forever',
  },
  {
    name: 'user_relative_amount',
    description: 'This amount divided by the mean amount of the user so far.',
    key: 'user_id',
    kind: 'relative',
    of: amount,
    to: 'user_mean_amount',
  },
  {
    name: 'user_merchants_24h',
    description: 'Distinct merchants that the user paid in the last 24 hours.',
    key: 'user_id',
    kind: 'distinct',
    of: event => event.merchant_id,
    windowMs: DAY_MS,
  },
  {
    name: 'user_cvv_missing_share',
    description: 'Share of the transactions of the user so far without the card code.',
    key: 'user_id',
    kind: 'share',
    where: cvvMissing,
    windowMs: 'forever',
  },
  {
    name: 'user_seconds_since_last',
    description: 'Seconds since the last transaction of the user.',
    key: 'user_id',
    kind: 'sinceLast',
    windowMs: 'forever',
  },
  {
    name: 'merchant_count_1h',
    description: 'Transactions with the merchant in the last hour.',
    key: 'merchant_id',
    kind: 'count',
    windowMs: HOUR_MS,
  },
  {
    name: 'merchant_mean_amount_24h',
    description: 'Mean amount with the merchant in the last 24 hours.',
    key: 'merchant_id',
    kind: 'mean',
    of: amount,
    windowMs: DAY_MS,
  },
  {
    name: 'merchant_cvv_missing_share_24h',
    description: 'Share of the transactions with the merchant in the last 24 hours without the card code.',
    key: 'merchant_id',
    kind: 'share',
    where: cvvMissing,
    windowMs: DAY_MS,
  },
]
