import { defineUseCase } from './define.ts'
import { ecciLists, ecciOptions } from './ecci-domain.ts'
import { createEcciGenerator } from './ecci-generator.ts'
import { id, integer, nullable, number, object, oneOf, text, timestamp } from './fields.ts'

/** E-commerce customer interactions: which kinds of session are there, and which is this one? */
export const ecci = defineUseCase({
  id: 'ECCI',
  title: 'E-commerce customer interactions',
  description: 'One interaction of a customer with a shop, to be grouped by the behaviour of its session.',
  topic: 'e_commerce_customer_interactions',
  eventId: 'event_id',
  key: 'session_id',
  time: 'timestamp',
  fields: {
    event_id: id('Identifier of the event.'),
    customer_id: id('The customer. In realistic mode customers return.'),
    session_id: id('The visit that the event belongs to.'),
    timestamp: timestamp('When the interaction happened.'),
    event_type: oneOf(ecciLists.eventTypes, 'Kind of interaction.'),
    product_id: nullable(id('The product; null on a search.')),
    product_category: nullable(
      oneOf(ecciLists.productCategories, 'Category of the product; null on a search.'),
    ),
    // A voucher or a refund may have a negative price, so the sign is not limited.
    price: nullable(
      number('Price of the product; null on a search.', { unit: 'US dollars', domain: [5, 2500] }),
    ),
    quantity: nullable(
      integer('Items; only on add_to_cart and purchase.', {
        unit: 'items',
        domain: [1, 4],
        limits: [0, Infinity],
      }),
    ),
    page_url: text('Page that was shown.'),
    referrer_url: nullable(
      oneOf(ecciLists.referrers, 'Where the customer came from; only on the first event of a session.'),
    ),
    device_info: object(
      {
        device_type: oneOf(ecciLists.deviceTypes, 'Kind of device.'),
        browser: oneOf(ecciLists.browsers, 'Browser.'),
        os: oneOf(ecciLists.operatingSystems, 'Operating system.'),
      },
      'The device. Fixed per session in realistic mode; drawn anew for each event in parity mode.',
    ),
    location: object(
      {
        lat: number('Latitude.', { unit: 'degrees', domain: [29.5, 30.1], limits: [-90, 90] }),
        lon: number('Longitude.', { unit: 'degrees', domain: [-95.8, -95], limits: [-180, 180] }),
      },
      'Where the customer is.',
    ),
    time_on_page_seconds: integer('Time spent on the page.', {
      unit: 'seconds',
      domain: [5, 300],
      limits: [0, Infinity],
    }),
    search_query: nullable(text('Words searched for; only on a search.')),
    session_event_sequence: integer('Position of the event in its session, from 1.', {
      domain: [1, 100],
      limits: [1, Infinity],
    }),
  },
  task: 'clustering',
  label: null,
  group: 'session_id',
  features: [
    {
      name: 'event_type',
      kind: 'nominal',
      description: 'Kind of interaction.',
      of: event => event.event_type,
    },
    {
      name: 'product_category',
      kind: 'nominal',
      description: 'Category of the product; missing on a search.',
      of: event => event.product_category,
    },
    {
      name: 'log_price',
      kind: 'numeric',
      description: 'Natural logarithm of the price; missing on a search.',
      of: event => logarithm(event.price),
    },
    {
      name: 'log_dwell',
      kind: 'numeric',
      description: 'Natural logarithm of the seconds on the page.',
      of: event => logarithm(event.time_on_page_seconds),
    },
    {
      name: 'quantity',
      kind: 'numeric',
      description: 'Items put into the cart or bought; else missing.',
      of: event => event.quantity,
    },
    {
      name: 'device_type',
      kind: 'nominal',
      scope: 'group',
      description: 'Kind of device.',
      of: event => event.device_info.device_type,
    },
    {
      name: 'referrer',
      kind: 'nominal',
      scope: 'group',
      description: 'Where the customer came from; missing after the first event.',
      of: event => event.referrer_url,
    },
  ],
  online: { learner: 'latent-class-mixture', params: { transition: 'event_type' } },
  metrics: [
    'silhouetteSimplified',
    'riverSilhouette',
    'rollingSilhouette',
    'timeRollingSilhouette',
    'clusters',
    'microClusters',
  ],
  options: ecciOptions,
  generate: createEcciGenerator,
})

/** Missing for what has no logarithm. */
function logarithm(value: number | null): number | null {
  return value !== null && value > 0 ? Math.log(value) : null
}
