import { commonOptions } from './common-options.ts'
import type { OptionSpecs } from './options.ts'

export const ecciLists = {
  eventTypes: ['page_view', 'add_to_cart', 'purchase', 'search', 'leave_review'],
  productCategories: [
    'Electronics',
    'Fashion & Apparel',
    'Home & Garden',
    'Beauty & Personal Care',
    'Sports & Outdoors',
    'Books',
    'Grocery & Gourmet Food',
    'Automotive',
    'Toys & Games',
    'Computers',
    'Pet Supplies',
    'Health & Household',
  ],
  deviceTypes: ['Mobile', 'Desktop', 'Tablet'],
  browsers: ['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera', 'Other'],
  operatingSystems: ['Android', 'iOS', 'Windows', 'macOS', 'Linux', 'Other'],
  referrers: [
    'direct',
    'google.com',
    'facebook.com',
    'amazon.com',
    'instagram.com',
    'twitter.com',
    'youtube.com',
    'tiktok.com',
    'pinterest.com',
    'reddit.com',
    'linkedin.com',
    'bing.com',
    'yahoo.com',
    'email_campaign',
    'affiliate_link',
  ],
} as const

export type EcciEventType = (typeof ecciLists.eventTypes)[number]

/** What both modes share. Ranges are [low, high]. */
export const ecciLaw = {
  firstPageView: 0.8,
  products: [1000, 1100],
  price: [5, 2500],
  timeOnPage: [5, 300],
  quantity: [1, 4],
  searchWords: [1, 4],
  latitude: [29.5, 30.1],
  longitude: [-95.8, -95],
} as const

/** The algorithm of the reference system, which `parity` mode follows tick by tick. */
export const ecciParityLaw = {
  maxSessions: 500,
  timeoutMs: 900_000,
  cleanup: 0.01,
  continueSession: 0.7,
  focused: 0.4,
  focusedMix: [
    ['add_to_cart', 0.6],
    ['page_view', 0.35],
    ['leave_review', 0.05],
  ],
  purchaseAfterCart: 0.3,
  genericMix: [
    ['page_view', 0.6],
    ['search', 0.2],
    ['add_to_cart', 0.2],
  ],
  timeOnPagePurchase: [30, 180],
  timeOnPageSearch: [5, 60],
  pauseSigma: 0.3,
  minPauseMs: 1,
} as const

/** Realistic mode. */
export const ecciRealism = {
  returningShare: 0.4,
  customerPool: 20_000,
  /** Arrivals swing by this share around their mean over the local day, … */
  dailySwing: 0.5,
  /** … crossing the mean upwards at this local hour. */
  meanHour: 9,
} as const

export const ecciOptions = {
  'event-rate-per-minute': {
    type: 'number',
    default: 600,
    min: 0.1,
    max: 6_000_000,
    unit: 'events per minute',
    description: 'Mean rate that is aimed at, unless the producer sets one.',
  },
  timezone: {
    type: 'text',
    default: 'UTC',
    realisticDefault: 'America/Chicago',
    description: 'IANA time zone of the daily rhythm of arrivals; without effect in parity mode.',
  },
  ...commonOptions,
} as const satisfies OptionSpecs
