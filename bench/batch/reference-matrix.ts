import type { Dataset } from '#learn/batch/dataset.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { MatrixPart } from './matrix-files.ts'

/** How the reference system makes a row: numbers, ranks of texts in the order of the alphabet, and parts of the clock. */
export interface ReferenceColumns {
  numbers: readonly string[]
  /** Dotted names; a missing text counts as `unknown`. */
  ranks: readonly string[]
  label: string | null
}

export const TFD_COLUMNS: ReferenceColumns = {
  numbers: ['amount', 'account_age_days', 'cvv_provided', 'billing_address_match'],
  ranks: [
    'currency',
    'merchant_id',
    'payment_method',
    'product_category',
    'transaction_type',
    'device_info.browser',
    'device_info.os',
  ],
  label: 'is_fraud',
}

export const ECCI_COLUMNS: ReferenceColumns = {
  numbers: ['price', 'quantity', 'session_event_sequence', 'time_on_page_seconds'],
  ranks: [
    'event_type',
    'product_category',
    'product_id',
    'referrer_url',
    'device_info.browser',
    'device_info.device_type',
    'device_info.os',
  ],
  label: null,
}

const CLOCK = [
  (at: Date) => at.getUTCFullYear(),
  (at: Date) => at.getUTCMonth() + 1,
  (at: Date) => at.getUTCDate(),
  (at: Date) => at.getUTCHours(),
  (at: Date) => at.getUTCMinutes(),
  (at: Date) => at.getUTCSeconds(),
]
const CLOCK_NAMES = ['year', 'month', 'day', 'hour', 'minute', 'second']

/** The 17 columns of the reference system, all of them numbers, so that every engine sees the same. */
export function referenceMatrix(
  events: readonly JsonEvent[],
  { numbers, ranks, label }: ReferenceColumns,
): MatrixPart {
  const rows = events.length
  const times = events.map(({ timestamp }) => new Date(timestamp as string))
  const values = [
    ...numbers.map(name => Float64Array.from(events, event => Number(event[name] ?? 0))),
    ...ranks.map(name => rankColumn(events.map(event => String(memberOf(event, name) ?? 'unknown')))),
    ...CLOCK.map(of => Float64Array.from(times, of)),
  ]
  const columns = [...numbers, ...ranks, ...CLOCK_NAMES].map(name => ({ name, kind: 'numeric' as const }))
  const data: Dataset = { rows, columns, values }
  return {
    data,
    labels: Float64Array.from(events, event => (label === null ? 0 : Number(event[label]))),
  }
}

function memberOf(event: JsonEvent, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], event)
}

function rankColumn(texts: readonly string[]): Float64Array {
  const ranks = new Map([...new Set(texts)].sort().map((text, rank) => [text, rank]))
  return Float64Array.from(texts, text => ranks.get(text) as number)
}

/** Rows `from` to `to`, exclusive, as views. */
export function rowsOf({ data, labels }: MatrixPart, from: number, to: number): MatrixPart {
  return {
    data: { ...data, rows: to - from, values: data.values.map(column => column.subarray(from, to)) },
    labels: labels.subarray(from, to),
  }
}
