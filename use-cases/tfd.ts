import { defineUseCase } from './define.ts'
import { binary, flag, id, integer, later, number, object, oneOf, text, timestamp } from './fields.ts'
import { tfdLists, tfdOptions, tfdRealism } from './tfd-domain.ts'
import { createTfdGenerator } from './tfd-generator.ts'
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
  fields: {
    transaction_id: id('Identifier of the transaction.'),
    user_id: id('Who pays. In parity mode every event has a new user; in realistic mode users return.'),
    timestamp: timestamp('When the transaction happened.'),
    // A refund is a valid negative amount, so the sign is not limited.
    amount: number('Amount of the transaction.', { unit: 'units of the currency', domain: [1, 6000] }),
    currency: oneOf(tfdLists.currencies, 'Currency of the amount, ISO 4217.'),
    merchant_id: id('Who is paid.'),
    product_category: oneOf(tfdLists.productCategories, 'What is bought.'),
    transaction_type: oneOf(tfdLists.transactionTypes, 'Kind of transaction.'),
    payment_method: oneOf(tfdLists.paymentMethods, 'Means of payment.'),
    location: object(
      {
        lat: number('Latitude.', { unit: 'degrees', domain: [-90, 90], limits: [-90, 90] }),
        lon: number('Longitude.', { unit: 'degrees', domain: [-180, 180], limits: [-180, 180] }),
      },
      'Where the transaction was made.',
    ),
    ip_address: text('IPv4 address that it was made from.'),
    device_info: object(
      {
        os: oneOf(tfdLists.operatingSystems, 'Operating system.'),
        browser: oneOf(tfdLists.browsers, 'Browser.'),
      },
      'The device that it was made with.',
    ),
    user_agent: text('User agent that the client sent; independent of the device.'),
    account_age_days: integer('Age of the account.', {
      unit: 'days',
      domain: [0, 1825],
      limits: [0, Infinity],
    }),
    cvv_provided: flag('Whether the card code was given.'),
    billing_address_match: flag('Whether the billing address matches the account.'),
    is_fraud: later(
      binary('Truth: 1 for fraud, 0 for genuine. In realistic mode it arrives later, as a label.'),
    ),
  },
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
      description: 'Hour of the day, 0 to 23, UTC.',
      of: event => utcHour(event.timestamp),
    },
    {
      name: 'weekday',
      kind: 'nominal',
      description: 'Day of the week, 0 for Monday, UTC.',
      of: event => utcWeekday(event.timestamp),
    },
  ],
  // Fraud is rare; without that much belief everything would be flagged until the first labels are in.
  online: { learner: 'weighted-naive-bayes', params: { prior: 0.05 } },
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
  ],
  options: tfdOptions,
  generate: createTfdGenerator,
})
