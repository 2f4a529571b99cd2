import {
  batchMetricNames,
  batchMetrics,
  type BatchMetricName,
  primaryMetric,
} from '#learn/metrics/batch-catalogue.ts'
import {
  metricCatalogue as onlineMetrics,
  type MetricTask,
  type OnlineMetricInfo,
} from '#learn/metrics/catalogue.ts'
import { INTERVAL_METHODS } from '#learn/metrics/interval.ts'
import type { MetricInfo } from '../resolvers.generated.ts'

const TASKS = ['classification', 'regression', 'clustering'] as const
const ONLINE: Readonly<Record<string, OnlineMetricInfo>> = onlineMetrics

/** Every metric of batch models and of sessions, or those of one task: the primary one of each first, batch before online. */
export function metricCatalogue(task: MetricTask | null): MetricInfo[] {
  return TASKS.filter(each => task === null || each === task).flatMap(each => {
    const batch = batchMetricNames(each)
    const onlineOnly = Object.keys(ONLINE).filter(
      name => ONLINE[name]?.task === each && !(batch as readonly string[]).includes(name),
    )
    return [...batch.map(metricInfo), ...onlineOnly.map(onlineInfo)]
  })
}

export function metricInfo(name: BatchMetricName): MetricInfo {
  const { task, title, direction, min, max, unit, formula, description, docsUrl } = batchMetrics[name]
  const primary = primaryMetric(task).name === name
  const shared = {
    name,
    title,
    direction,
    primary,
    min,
    max,
    unit,
    formula,
    description,
    docsUrl,
    batch: true,
  }
  return { ...shared, ...onlineFacts(name) }
}

function onlineInfo(name: string): MetricInfo {
  const { title, direction, min, max, unit, formula, description } = ONLINE[name] as OnlineMetricInfo
  const shared = {
    name,
    title,
    direction,
    primary: false,
    min,
    max,
    unit,
    formula,
    description,
    docsUrl: null,
  }
  return { ...shared, batch: false, ...onlineFacts(name) }
}

function onlineFacts(name: string): Pick<MetricInfo, 'online' | 'window' | 'emptyValue' | 'intervalMethod'> {
  const info = Object.hasOwn(ONLINE, name) ? ONLINE[name] : undefined
  if (!info) return { online: false, window: null, emptyValue: null, intervalMethod: null }
  const { window, empty, ciMethod } = info
  return {
    online: true,
    window,
    emptyValue: Number.isFinite(empty) ? empty : null,
    intervalMethod: ciMethod && `${ciMethod}: ${INTERVAL_METHODS[ciMethod]}`,
  }
}
