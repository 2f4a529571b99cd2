import { defineUseCase } from './define.ts'
import { ecciOptions } from './ecci-domain.ts'
import { ecciFields } from './ecci-fields.ts'
import { createEcciGenerator } from './ecci-generator.ts'
import { ecciWindows } from './ecci-windows.ts'

/** E-commerce customer interactions: which kinds of session are there, and which is this one? */
export const ecci = defineUseCase({
  id: 'ECCI',
  title: 'E-commerce customer interactions',
  description: 'One interaction of a customer with a shop, to be grouped by the behaviour of its session.',
  topic: 'e_commerce_customer_interactions',
  eventId: 'event_id',
  key: 'session_id',
  time: 'timestamp',
  fields: ecciFields,
  task: 'clustering',
  label: null,
  group: 'session_id',
  owner: 'customer_id',
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
  windows: ecciWindows,
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
