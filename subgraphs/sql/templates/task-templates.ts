import type { UseCase } from '#use-cases/define.ts'
import { declaredNames } from './declared-names.ts'
import type { SqlTemplate } from './sql-template.ts'

/** Statements about what a task's models are worth. */
export function taskTemplates(useCase: UseCase): SqlTemplate[] {
  return TASKS[useCase.task](useCase)
}

const TASKS: Readonly<Record<UseCase['task'], (useCase: UseCase) => SqlTemplate[]>> = {
  classification: useCase => {
    const [entity] = declaredNames(useCase).entities
    return [
      {
        id: 'calibration',
        title: 'Calibration by score decile',
        description:
          'Mean score and share of positives among predictions of each tenth: equal where scores are probabilities.',
        statement: `SELECT least(floor(p.score * 10), 9)::INTEGER AS decile, count(*) AS predictions,
  round(avg(p.score), 4) AS mean_score, round(avg(o.label), 4) AS positive_share
FROM predictions p
JOIN outcomes o USING (session, seq)
GROUP BY decile
ORDER BY decile`,
      },
      {
        id: 'confusion',
        title: 'Confusion matrix by day',
        description: 'What was flagged against what turned out to be positive.',
        statement: `SELECT p.event_date, count_if(p.flagged AND o.label = 1) AS tp, count_if(p.flagged AND o.label = 0) AS fp,
  count_if(NOT p.flagged AND o.label = 1) AS fn, count_if(NOT p.flagged AND o.label = 0) AS tn
FROM predictions p
JOIN outcomes o USING (session, seq)
GROUP BY p.event_date
ORDER BY p.event_date DESC
LIMIT 90`,
      },
      {
        id: 'costliest',
        title: 'Costliest predictions',
        description: 'Predictions whose labels were least expected, with what was predicted and what came.',
        statement: `SELECT p.predicted_at, p.event_id, p.score, p.flagged, o.label, o.loss
FROM predictions p
JOIN outcomes o USING (session, seq)
WHERE o.loss IS NOT NULL
ORDER BY o.loss DESC
LIMIT 100`,
      },
      ...(entity ? [positiveShare(entity)] : []),
    ]
  },
  regression: ({ label, ...useCase }) => {
    const [category] = declaredNames({ label, ...useCase }).categories
    const unit = label?.unit ?? 'the unit of the label'
    return [
      {
        id: 'error-by-hour',
        title: 'Error by hour of the day',
        description: `Mean absolute error and bias, in ${unit}, by the hour at which events happen.`,
        statement: `SELECT hour(p.event_time) AS hour_of_day, count(*) AS predictions,
  round(avg(abs(p.score - o.label)), 2) AS mean_absolute_error, round(avg(p.score - o.label), 2) AS bias
FROM predictions p
JOIN outcomes o USING (session, seq)
GROUP BY hour_of_day
ORDER BY hour_of_day`,
      },
      {
        id: 'error-by-size',
        title: 'Error by size of the prediction',
        description: `Predictions in ten groups of equal size: mean prediction, mean truth and error, in ${unit}.`,
        statement: `WITH scored AS (
  SELECT p.score, o.label, ntile(10) OVER (ORDER BY p.score) AS decile
  FROM predictions p
  JOIN outcomes o USING (session, seq)
)
SELECT decile, count(*) AS predictions, round(avg(score), 1) AS mean_prediction, round(avg(label), 1) AS mean_truth,
  round(avg(abs(score - label)), 1) AS mean_absolute_error
FROM scored
GROUP BY decile
ORDER BY decile`,
      },
      {
        id: 'worst',
        title: 'Worst predictions',
        description: `The greatest errors, in ${unit}.`,
        statement: `SELECT p.predicted_at, p.event_id, p.score, o.label, abs(p.score - o.label) AS error, p.expected_error
FROM predictions p
JOIN outcomes o USING (session, seq)
ORDER BY error DESC
LIMIT 100`,
      },
      ...(category ? [errorByCategory(category)] : []),
    ]
  },
  clustering: useCase => {
    const [category] = declaredNames(useCase).categories
    return [
      {
        id: 'clusters',
        title: 'Clusters',
        description: 'How many events and groups each has, and how sure the model was of it.',
        statement: `SELECT cluster, count(*) AS events, count(DISTINCT group_id) AS groups,
  round(100 * count(*) / sum(count(*)) OVER (), 2) AS percent, round(avg(score), 3) AS mean_confidence
FROM predictions
GROUP BY cluster
ORDER BY events DESC`,
      },
      {
        id: 'changed-cluster',
        title: 'Groups that changed their cluster',
        description: 'Groups whose events were put into more than one cluster as more became known of them.',
        statement: `SELECT group_id, max(group_events) AS events, count(DISTINCT cluster) AS clusters,
  arg_min(cluster, seq) AS first_cluster, arg_max(cluster, seq) AS last_cluster
FROM predictions
GROUP BY group_id
HAVING clusters > 1
ORDER BY events DESC
LIMIT 100`,
      },
      ...(category ? [clusterProfile(category)] : []),
      ...(useCase.group ? [groupLengths(useCase.group)] : []),
    ]
  },
}

function positiveShare(entity: string): SqlTemplate {
  return {
    id: `positive-share-by-${entity}`,
    title: `Share of positives by ${entity}`,
    description: 'Those with at least 20 labelled events, the highest share first.',
    statement: `SELECT e.${entity}, count(*) AS labelled, sum(o.label)::BIGINT AS positives,
  round(100 * avg(o.label), 2) AS percent
FROM outcomes o
JOIN predictions p USING (session, seq)
JOIN events e ON e._partition = p.source_partition AND e._offset = p.source_offset
GROUP BY e.${entity}
HAVING labelled >= 20
ORDER BY percent DESC, labelled DESC
LIMIT 20`,
  }
}

function errorByCategory(category: string): SqlTemplate {
  return {
    id: `error-by-${category}`,
    title: `Error by ${category}`,
    description: 'Where the model is wrong, and in which direction.',
    statement: `SELECT e.${category}, count(*) AS predictions,
  round(avg(abs(p.score - o.label)), 2) AS mean_absolute_error, round(avg(p.score - o.label), 2) AS bias
FROM outcomes o
JOIN predictions p USING (session, seq)
JOIN events e ON e._partition = p.source_partition AND e._offset = p.source_offset
GROUP BY e.${category}
ORDER BY mean_absolute_error DESC`,
  }
}

function clusterProfile(category: string): SqlTemplate {
  return {
    id: `clusters-by-${category}`,
    title: `Clusters by ${category}`,
    description: `What share of a cluster's events each ${category} has.`,
    statement: `SELECT p.cluster, e.${category}, count(*) AS events,
  round(100 * count(*) / sum(count(*)) OVER (PARTITION BY p.cluster), 2) AS percent
FROM predictions p
JOIN events e ON e._partition = p.source_partition AND e._offset = p.source_offset
GROUP BY p.cluster, e.${category}
ORDER BY p.cluster, events DESC`,
  }
}

function groupLengths(group: string): SqlTemplate {
  return {
    id: 'group-lengths',
    title: `Events by ${group}`,
    description: 'How many groups have how many events, and how long they last.',
    statement: `WITH groups AS (
  SELECT ${group}, count(*) AS events, date_diff('second', min(_event_time), max(_event_time)) AS seconds
  FROM events
  GROUP BY ${group}
)
SELECT events, count(*) AS groups, round(avg(seconds), 1) AS mean_seconds
FROM groups
GROUP BY events
ORDER BY events`,
  }
}
