import type { SqlTemplate } from './sql-template.ts'

/** Statements that know what a use case is about, by its id. */
export const OWN_TEMPLATES: Readonly<Record<string, readonly SqlTemplate[]>> = {
  TFD: [
    {
      id: 'suspicious-amounts',
      title: 'Unusual amounts of a user',
      description:
        'Transactions that are more than five times the median of their user, with at least five before them.',
      statement: `WITH usual AS (
  SELECT user_id, "timestamp", amount, currency, merchant_id,
    median(amount) OVER earlier AS usual_amount, count(*) OVER earlier AS earlier_transactions
  FROM events
  WINDOW earlier AS (PARTITION BY user_id ORDER BY _event_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT *, round(amount / usual_amount, 1) AS times_usual
FROM usual
WHERE earlier_transactions >= 5 AND amount > 5 * usual_amount
ORDER BY times_usual DESC
LIMIT 100`,
    },
  ],
  ETA: [
    {
      id: 'better-than-naive',
      title: 'Better than the first estimate?',
      description: 'Error of the model against that of the estimate from distance alone, by day.',
      statement: `SELECT e.event_date, count(*) AS trips, round(avg(abs(p.score - o.label)), 1) AS model_error,
  round(avg(abs(e.initial_estimated_travel_time_seconds - o.label)), 1) AS naive_error
FROM outcomes o
JOIN predictions p USING (session, seq)
JOIN events e ON e._partition = p.source_partition AND e._offset = p.source_offset
GROUP BY e.event_date
ORDER BY e.event_date DESC
LIMIT 90`,
    },
  ],
  ECCI: [
    {
      id: 'funnel',
      title: 'From view to purchase',
      description: 'Sessions that saw a product, put one into the cart, bought one.',
      statement: `WITH sessions AS (
  SELECT session_id, count_if(event_type = 'page_view') > 0 AS viewed,
    count_if(event_type = 'add_to_cart') > 0 AS carted, count_if(event_type = 'purchase') > 0 AS bought
  FROM events
  GROUP BY session_id
)
SELECT count(*) AS sessions, count_if(viewed) AS viewed, count_if(viewed AND carted) AS carted,
  count_if(viewed AND carted AND bought) AS bought,
  round(100 * count_if(viewed AND carted AND bought) / nullif(count_if(viewed), 0), 2) AS percent
FROM sessions`,
    },
    {
      id: 'revenue-by-hour',
      title: 'Revenue by hour',
      description: 'Purchases and what they came to.',
      statement: `SELECT date_trunc('hour', _event_time) AS hour, count(*) AS purchases, round(sum(price * quantity), 2) AS revenue
FROM events
WHERE event_type = 'purchase'
GROUP BY hour
ORDER BY hour DESC
LIMIT 48`,
    },
  ],
}
