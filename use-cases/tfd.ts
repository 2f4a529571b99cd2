import { defineUseCase } from './define.ts'
import { tfdOptions, tfdRealism } from './tfd-domain.ts'
import { tfdFields } from './tfd-fields.ts'
import { createTfdGenerator } from './tfd-generator.ts'
import { tfdWindows } from './tfd-windows.ts'
import { utcHour, utcWeekday } from './utc-clock.ts'

/** Transaction fraud detection: is a card transaction fraudulent? */
export const tfd = defineUseCase({
  id: 'TFD',
  title: 'Transaction fraud detection',
  description: 'A payment transaction, to be judged as genuine or fraudulent while it happens.',
  topic: 'transaction_fraud_detection',
  eventId: 'transaction_id',
  key: 'user_id',
  time: 'timestamp',
  fields: tfdFields,
  task: 'classification',
  label: {
    field: 'is_fraud',
    unit: null,
    maturityMs: tfdRealism.maturityMs,
    description: '1 if the transaction turned out to be fraud; genuine if no report came before maturity.',
  },
  group: null,
  features: [
    { name: 'amount', kind: 'numeric', description: 'Amount.', of: event => event.amount },
    {
      name: 'account_age_days',
      kind: 'numeric',
      description: 'Age of the account in days.',
      of: event => event.account_age_days,
    },
    {
      name: 'cvv_provided',
      kind: 'nominal',
      description: 'Whether the card code was given.',
      of: event => event.cvv_provided,
    },
    {
      name: 'billing_address_match',
      kind: 'nominal',
      description: 'Whether the billing address matches.',
      of: event => event.billing_address_match,
    },
    { name: 'currency', kind: 'nominal', description: 'Currency.', of: event => event.currency },
    { name: 'merchant_id', kind: 'nominal', description: 'Merchant.', of: event => event.merchant_id },
    {
      name: 'payment_method',
      kind: 'nominal',
      description: 'Means of payment.',
      of: event => event.payment_method,
    },
    {
      name: 'product_category',
      kind: 'nominal',
      description: 'What is bought.',
      of: event => event.product_category,
    },
    {
      name: 'transaction_type',
      kind: 'nominal',
      description: 'Kind of transaction.',
      of: event => event.transaction_type,
    },
    { name: 'os', kind: 'nominal', description: 'Operating system.', of: event => event.device_info.os },
    { name: 'browser', kind: 'nominal', description: 'Browser.', of: event => event.device_info.browser },
    {
      name: 'hour',
      kind: 'nominal',
      clock: true,
      description: 'Hour of the day, 0 to 23, UTC.',
      of: event => utcHour(event.timestamp),
    },
    {
      name: 'weekday',
      kind: 'nominal',
      clock: true,
      description: 'Day of the week, 0 for Monday, UTC.',
      of: event => utcWeekday(event.timestamp),
    },
  ],
  windows: tfdWindows,
  // Fraud is rare; without that much belief everything would be flagged until the first labels are in.
  online: { learner: 'weighted-naive-bayes', params: { prior: 0.05 } },
  slices: ['payment_method', 'product_category', 'transaction_type'],
  metrics: [
    'fbeta2',
    'recall',
    'precision',
    'f1',
    'accuracy',
    'balancedAccuracy',
    'mcc',
    'geometricMean',
    'cohenKappa',
    'jaccard',
    'rocAuc',
    'rollingRocAuc',
    'logLoss',
    'rollingAveragePrecision',
    'precisionAt100',
    'rollingFbeta2',
    'brierScore',
    'calibrationError',
  ],
  options: tfdOptions,
  generate: createTfdGenerator,
})
