import type { UseCase } from '#use-cases/define.ts'
import { declaredNames } from './declared-names.ts'
import type { SqlTemplate } from './sql-template.ts'

/** Statements for a use case of any task. */
export function commonTemplates(useCase: UseCase): SqlTemplate[] {
  const { numbers, categories } = declaredNames(useCase)
  const [number] = numbers
  const [category] = categories
  return [
    {
      id: 'events-per-hour',
      title: 'Events per hour',
      description: 'How many events happened in each hour, newest first.',
      statement: `SELECT date_trunc('hour', _event_time) AS hour, count(*) AS events
FROM events
GROUP BY hour
ORDER BY hour DESC
LIMIT 48`,
    },
    {
      id: 'newest-predictions',
      title: 'Newest predictions with their events',
      description: 'What was said about the newest events, beside the events themselves.',
      statement: `SELECT p.predicted_at, p.score, p.latency_ms, e.*
FROM predictions p
JOIN events e ON e._partition = p.source_partition AND e._offset = p.source_offset
ORDER BY p.predicted_at DESC
LIMIT 100`,
    },
    {
      id: 'prediction-latency',
      title: 'Latency of predictions',
      description: 'Milliseconds from the append of an event to its prediction, by hour.',
      statement: `SELECT date_trunc('hour', predicted_at) AS hour, count(*) AS predictions,
  round(quantile_cont(latency_ms, 0.5), 1) AS p50_ms, round(quantile_cont(latency_ms, 0.99), 1) AS p99_ms
FROM predictions
GROUP BY hour
ORDER BY hour DESC
LIMIT 48`,
    },
    ...(number ? [driftTemplate(numbers.slice(0, 3))] : []),
    ...(number && category ? [categoryTemplate(category, number)] : []),
    {
      id: 'quarantine',
      title: 'Refused records',
      description: 'Why no row could be made of them, most frequent first.',
      statement: `SELECT reason, count(*) AS records, max(_ingested_at) AS last, any_value(message) AS example
FROM quarantine
GROUP BY reason
ORDER BY records DESC`,
    },
  ]
}

function driftTemplate(numbers: readonly string[]): SqlTemplate {
  const figures = numbers.map(name => `avg(${name}) AS ${name}_mean, stddev_samp(${name}) AS ${name}_sd`)
  return {
    id: 'drift-by-day',
    title: 'Drift by day',
    description: `Mean and standard deviation of ${numbers.join(', ')}: where they wander, models have to follow.`,
    statement: `SELECT event_date, count(*) AS events,
  ${figures.join(',\n  ')}
FROM events
GROUP BY event_date
ORDER BY event_date DESC
LIMIT 90`,
  }
}

function categoryTemplate(category: string, number: string): SqlTemplate {
  return {
    id: `by-${category}`,
    title: `Events by ${category}`,
    description: `How many there are of each, and their ${number}.`,
    statement: `SELECT ${category}, count(*) AS events, round(100 * count(*) / sum(count(*)) OVER (), 2) AS percent,
  avg(${number}) AS mean, median(${number}) AS median
FROM events
GROUP BY ${category}
ORDER BY events DESC`,
  }
}
