import { ecciLists } from './ecci-domain.ts'
import { id, integer, nullable, number, object, oneOf, text, timestamp } from './fields.ts'

/** What the event of an interaction says. */
export const ecciFields = {
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
}
