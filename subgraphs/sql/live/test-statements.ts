import fc from 'fast-check'

const columns = fc.subarray(
  ['transaction_id', 'amount', 'currency', 'location.lat', 'is_fraud', '_offset', 'timestamp'],
  {
    minLength: 1,
  },
)
const condition = fc.constantFrom(
  'TRUE',
  'amount > 500',
  "currency IN ('USD', 'EUR') AND is_fraud = 0",
  'location.lat BETWEEN -30 AND 30',
  'amount < -1',
  'device_info.os IS NOT NULL OR cvv_provided',
)
const key = fc.constantFrom(
  'currency',
  'transaction_type',
  "date_trunc('hour', timestamp)",
  'is_fraud',
  'cvv_provided',
)
const aggregate = fc.constantFrom(
  'count(*)',
  'count(is_fraud)',
  'sum(amount)',
  'avg(amount)',
  'min(amount)',
  'max(timestamp)',
  'min(transaction_id)',
  'sum(account_age_days)',
  'avg(account_age_days) FILTER (WHERE amount > 300)',
  'sum(CAST(amount AS DECIMAL(18, 2)))',
  'max(is_fraud)',
  'count_if(amount > 100)',
  'max(CAST(amount AS FLOAT))',
)
const direction = fc.constantFrom('', ' DESC', ' NULLS FIRST', ' DESC NULLS FIRST')

/** Random statements over the events of TFD, by how they are kept up to date. */
const filters = fc
  .record({ columns, condition, from: fc.constantFrom('tfd.events', 'events AS e') })
  .map(({ columns, condition, from }) => `SELECT ${columns.join(', ')} FROM ${from} WHERE ${condition}`)
const aggregates = fc
  .record({
    keys: fc.uniqueArray(key, { maxLength: 2 }),
    values: fc.uniqueArray(aggregate, { minLength: 1, maxLength: 4 }),
    condition,
  })
  .map(({ keys, values, condition }) => {
    const items = [
      ...keys.map((each, at) => `${each} AS k${at}`),
      ...values.map((each, at) => `${each} AS v${at}`),
    ]
    const group = keys.length > 0 ? ` GROUP BY ${keys.map((_, at) => at + 1).join(', ')}` : ''
    return `SELECT ${items.join(', ')} FROM tfd.events WHERE ${condition}${group}`
  })
const rankings = fc
  .record({ key, value: aggregate, direction, limit: fc.nat(4), offset: fc.nat(2) })
  .map(
    ({ key, value, direction, limit, offset }) =>
      `SELECT ${key} AS k, ${value} AS v FROM tfd.events GROUP BY k ORDER BY v${direction}, k LIMIT ${limit} OFFSET ${offset}`,
  )
// Places of the log make the order total, so that there is one right answer.
const tops = fc
  .record({
    columns,
    condition,
    by: fc.constantFrom(
      'amount',
      'currency',
      'is_fraud',
      'amount * 2 - 1',
      'location.lon',
      'timestamp',
      'lower(transaction_type)',
    ),
    direction,
    limit: fc.nat(12),
    offset: fc.nat(3),
  })
  .map(
    ({ columns, condition, by, direction, limit, offset }) =>
      `SELECT ${columns.join(', ')} FROM tfd.events WHERE ${condition} ORDER BY ${by}${direction}, _partition, _offset LIMIT ${limit} OFFSET ${offset}`,
  )
const others = fc.constantFrom(
  'SELECT DISTINCT currency FROM tfd.events',
  'SELECT median(amount) FROM tfd.events',
  'SELECT currency, avg(amount) AS a FROM tfd.events GROUP BY ALL HAVING count(*) > 2 ORDER BY a DESC, currency LIMIT 4',
  'SELECT count(*) FROM tfd.events JOIN tfd.predictions USING (_partition)',
  'SELECT transaction_id, row_number() OVER (ORDER BY amount, _partition, _offset) AS r FROM tfd.events',
  'WITH big AS (SELECT * FROM tfd.events WHERE amount > 400) SELECT count(*) FROM big',
)

/** Other tables, and the reference system's shape of the events. */
const elsewhere = fc.constantFrom(
  'SELECT transaction_id, amount, timestamp, location FROM data WHERE amount > 300',
  'SELECT currency, count(*), max(timestamp) FROM data GROUP BY currency',
  'SELECT * FROM tfd.outcomes',
  'SELECT session, count(*) AS n, avg(score), max(seq) FROM predictions GROUP BY session',
  'SELECT session, seq, score FROM predictions ORDER BY score DESC, seq DESC LIMIT 5',
)

export const testStatements = { filters, aggregates, rankings, tops, others, elsewhere }
