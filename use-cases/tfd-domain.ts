import { commonOptions } from './common-options.ts'
import type { OptionSpecs } from './options.ts'

/** Categories of a transaction; all are equally likely in ordinary events. */
export const tfdLists = {
  transactionTypes: ['purchase', 'withdrawal', 'transfer', 'payment', 'deposit'],
  paymentMethods: ['credit_card', 'debit_card', 'paypal', 'bank_transfer', 'crypto'],
  currencies: ['USD', 'EUR', 'GBP', 'JPY', 'CAD', 'AUD', 'BRL'],
  productCategories: [
    'electronics',
    'clothing',
    'groceries',
    'travel',
    'services',
    'digital_goods',
    'luxury_items',
    'gambling',
    'other',
  ],
  operatingSystems: ['iOS', 'Android', 'Windows', 'macOS', 'Linux', 'Other'],
  browsers: ['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera', 'Other'],
  fraudCategories: ['electronics', 'luxury_items', 'digital_goods', 'gambling'],
  fraudPayments: ['crypto', 'credit_card'],
} as const

/** The law of the stream: what a fraud does differently, and how often. */
export const tfdLaw = {
  amountNormal: [5, 500],
  amountFraudHigh: [300, 6000],
  amountFraudLow: [1, 50],
  fraudCvvMissing: 0.4,
  fraudBillingMismatch: 0.3,
  fraudCategory: 0.2,
  fraudNewAccount: 0.15,
  fraudNewAccountDays: [0, 30],
  fraudPayment: 0.1,
  normalCvvRestored: 0.9,
  normalBillingRestored: 0.8,
  /** Seconds between events at the reference pace. */
  pause: [0.05, 0.5],
} as const

/** The other concept that drift leads to: fraud is five times as common and hides in ordinary amounts. */
export const tfdDriftLaw = { fraudFactor: 5, amountNormal: [5, 750], amountFraudHigh: [150, 1500] } as const

/** Realistic mode: returning users and label delays. */
export const tfdRealism = {
  returningShare: 0.3,
  userPool: 50_000,
  fraudLabelMedianMs: 1500,
  fraudLabelSigma: 0.6,
  /** Without a fraud report until then, a transaction counts as genuine. */
  maturityMs: 5000,
} as const

export const tfdOptions = {
  'fraud-probability': {
    type: 'number',
    default: 0.01,
    min: 0,
    max: 1,
    description: 'Share of fraudulent transactions.',
  },
  'account-age-days-limit': {
    type: 'integer',
    default: 5,
    min: 0,
    max: 100,
    unit: 'years',
    description: 'Oldest account, in years of 365 days (the name is that of the reference system).',
  },
  'merchant-id-limit': {
    type: 'integer',
    default: 200,
    min: 1,
    max: 1_000_000,
    description: 'Number of merchants.',
  },
  'cvv-provided-missing-probability': {
    type: 'number',
    default: 0.05,
    min: 0,
    max: 1,
    description: 'Probability that the card code is missing, before the adjustments by class.',
  },
  'billing-address-match-missing-probability': {
    type: 'number',
    default: 0.1,
    min: 0,
    max: 1,
    description: 'Probability that the billing address does not match, before the adjustments by class.',
  },
  'high-value-fraud-probability': {
    type: 'number',
    default: 0.8,
    min: 0,
    max: 1,
    description: 'Share of frauds with a high amount; the others test the card with a small one.',
  },
  ...commonOptions,
} as const satisfies OptionSpecs
