import type { SqlTemplate } from './sql-template.ts'

/** The statements that the reference system offers, by use case id, over `data` in its shape. */
export const REFERENCE_TEMPLATES: Readonly<Record<string, readonly SqlTemplate[]>> = {
  TFD: [
    given('sample', 'Sample', 'A hundred transactions.', 'SELECT * FROM data LIMIT 100'),
    given(
      'fraud',
      'Frauds',
      'Transactions that carry the label of a fraud, as those of parity mode do.',
      'SELECT * FROM data WHERE is_fraud = 1 LIMIT 100',
    ),
    given(
      'large',
      'Large amounts',
      'Transactions above 1000.',
      'SELECT * FROM data WHERE amount > 1000 LIMIT 100',
    ),
    given(
      'fraud-by-merchant',
      'Frauds by merchant',
      'Merchants with the most frauds among transactions that carry their label.',
      `SELECT merchant_id, COUNT(*) AS fraud_count
FROM data
WHERE is_fraud = 1
GROUP BY merchant_id
ORDER BY fraud_count DESC
LIMIT 20`,
    ),
    given(
      'transaction-types',
      'Kinds of transaction',
      'How many of each, and their mean amount.',
      `SELECT transaction_type, COUNT(*) AS count, AVG(amount) AS avg_amount
FROM data
GROUP BY transaction_type
ORDER BY count DESC`,
    ),
    given('count', 'Count', 'How many transactions there are.', 'SELECT COUNT(*) AS total_rows FROM data'),
  ],
  ETA: [
    given('sample', 'Sample', 'A hundred trips.', 'SELECT * FROM data LIMIT 100'),
    given(
      'long-trips',
      'Long trips',
      'Trips of more than 50 km.',
      'SELECT * FROM data WHERE estimated_distance_km > 50 LIMIT 100',
    ),
    given(
      'weather-impact',
      'Weather',
      'Trips and their mean time by weather, where the event carries it.',
      `SELECT weather, COUNT(*) AS trips, AVG(simulated_actual_travel_time_seconds) AS avg_travel_time
FROM data
GROUP BY weather
ORDER BY avg_travel_time DESC`,
    ),
    given(
      'driver-performance',
      'Drivers',
      'Drivers with the most trips, and their mean rating.',
      `SELECT driver_id, COUNT(*) AS trips, AVG(driver_rating) AS avg_rating
FROM data
GROUP BY driver_id
ORDER BY trips DESC
LIMIT 20`,
    ),
    given(
      'vehicle-types',
      'Kinds of vehicle',
      'Trips and their mean distance.',
      `SELECT vehicle_type, COUNT(*) AS count, AVG(estimated_distance_km) AS avg_distance
FROM data
GROUP BY vehicle_type
ORDER BY count DESC`,
    ),
    given('count', 'Count', 'How many trips there are.', 'SELECT COUNT(*) AS total_rows FROM data'),
  ],
  ECCI: [
    given('sample', 'Sample', 'A hundred interactions.', 'SELECT * FROM data LIMIT 100'),
    given(
      'purchases',
      'Purchases',
      'What was bought.',
      `SELECT * FROM data WHERE event_type = 'purchase' LIMIT 100`,
    ),
    given(
      'by-category',
      'By category',
      'Interactions by category of the product.',
      `SELECT product_category, COUNT(*) AS count
FROM data
GROUP BY product_category
ORDER BY count DESC`,
    ),
    given(
      'event-types',
      'Kinds of interaction',
      'How many of each.',
      `SELECT event_type, COUNT(*) AS count
FROM data
GROUP BY event_type
ORDER BY count DESC`,
    ),
    given(
      'top-products',
      'Products',
      'Products that were seen most, and how often they were bought.',
      `SELECT product_id,
  SUM(CASE WHEN event_type = 'page_view' THEN 1 ELSE 0 END) AS views,
  SUM(CASE WHEN event_type = 'purchase' THEN 1 ELSE 0 END) AS purchases
FROM data
GROUP BY product_id
ORDER BY views DESC
LIMIT 20`,
    ),
    given('count', 'Count', 'How many interactions there are.', 'SELECT COUNT(*) AS total_rows FROM data'),
  ],
}

function given(id: string, title: string, description: string, statement: string): SqlTemplate {
  return { id: `reference-${id}`, title, description, statement }
}
