import type { Column } from '#ports/lake.ts'

export const ROWS = 10_000_000
export const DAYS = 20
/** Data files of one day. */
export const FILES_A_DAY = 2
/** Rows of the table that dashboards look at meanwhile. */
export const SMALL_ROWS = 20_000

export const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'long', nullable: true },
  { name: 'merchant_id', type: 'string', nullable: true },
  { name: 'amount', type: 'double', nullable: true },
  { name: 'is_fraud', type: 'integer', nullable: true },
  { name: 'moment', type: 'timestamp', nullable: true },
  { name: 'event_date', type: 'date', nullable: true },
]

/** Rows `from` to `to` of the table, the same whenever they are made. */
export const rowsBetween = (from: number, to: number, day: number): string => `
  SELECT i AS id, 'merchant-' || (hash(i) % 1000) AS merchant_id, (hash(i + 1) % 100000) / 100.0::DOUBLE AS amount,
    (hash(i + 2) % 50 = 0)::INTEGER AS is_fraud, TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (${day}) DAY + INTERVAL (i % 86400) SECOND AS moment
  FROM range(${from}, ${to}) t(i)`

export const QUERIES = {
  count: 'SELECT count(*) FROM data',
  filter: `SELECT count(*), min(id), max(amount) FROM data WHERE merchant_id = 'merchant-17' AND amount > 400`,
  'group-by':
    'SELECT merchant_id, count(*) AS n, min(amount), max(amount) FROM data GROUP BY merchant_id ORDER BY n DESC, merchant_id',
  'top-k': 'SELECT id, amount FROM data ORDER BY amount DESC, id LIMIT 100',
} as const

/** What twenty analysts ask at once: more groups than fit the memory of one statement comfortably. */
export const HEAVY_QUERY =
  'SELECT id % 1000000 AS k, count(*) AS n, max(amount) FROM data GROUP BY k ORDER BY n DESC, k LIMIT 10'
export const DASHBOARD_QUERY =
  'SELECT merchant_id, count(*) AS n, avg(amount) FROM small GROUP BY merchant_id ORDER BY n DESC LIMIT 20'
