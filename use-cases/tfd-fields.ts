import { tfdLists } from './tfd-domain.ts'
import { binary, flag, id, integer, later, number, object, oneOf, text, timestamp } from './fields.ts'

/** What the event of a transaction says. */
export const tfdFields = {
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
}
