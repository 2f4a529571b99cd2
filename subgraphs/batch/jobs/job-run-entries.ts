import type { MetricPoint, Run } from '#ports/tracking.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { TrainingManifest, TrainingResult } from '../training/training-result.ts'
import type { JobProgress, JobRecord, JobSpec } from './job.ts'

/** MLflow keeps no longer ones whole. */
const LONGEST_REASON = 1000
const LONGEST_PARAM = 6000
const VALIDATION = 'validation.'
/** Names of the points that are logged while a job trains; their step is the iteration, or the number of clusters. */
const CURVE = { train: 'curve.train', validation: 'curve.validation', metric: 'curve.metric' } as const
const K_SEARCH = {
  silhouette: 'kSearch.silhouette',
  calinskiHarabasz: 'kSearch.calinskiHarabasz',
  daviesBouldin: 'kSearch.daviesBouldin',
  inertia: 'kSearch.inertia',
  icl: 'kSearch.icl',
} as const

/** How a job stands, as the tags of its run. */
export function jobRunTags({ id, spec, state, problem, owner, attempts }: JobRecord): Record<string, string> {
  return {
    'mlflow.source.name': 'coelho-realtime',
    'mlflow.source.type': 'JOB',
    [RUN_TAGS.kind]: 'batch',
    [RUN_TAGS.useCase]: spec.useCase,
    [RUN_TAGS.job]: id,
    [RUN_TAGS.servable]: String(!spec.includeDebugFeatures),
    [RUN_TAGS.state]: state,
    [RUN_TAGS.reason]: problem?.message.slice(0, LONGEST_REASON) ?? '',
    ...(owner !== null && { [RUN_TAGS.owner]: owner }),
    [RUN_TAGS.recoveries]: String(attempts),
  }
}

/** What was asked for: the params of its run from the beginning on. */
export function jobRunParams({ useCase, parameters, learner, ...options }: JobSpec): Record<string, string> {
  const given = Object.entries(options).filter(([, value]) => value !== null)
  return texts({
    useCase,
    learner,
    ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`learner.${name}`, value])),
    ...Object.fromEntries(given),
  })
}

/** Points of a training's progress that its run lacks: `logged` has the last step of each metric, and is brought up to date. */
export function progressPoints(
  { curve, kSearch }: JobProgress,
  logged: Map<string, number>,
  at: number,
): MetricPoint[] {
  const points: MetricPoint[] = []
  const add = (name: string, step: number, value: number | null) => {
    if (value === null || !Number.isFinite(value) || step <= (logged.get(name) ?? -1)) return
    logged.set(name, step)
    points.push({ name, value, step, at })
  }
  for (const point of curve) {
    for (const part of keysOf(CURVE)) add(CURVE[part], point.iteration, point[part])
  }
  for (const point of kSearch) {
    for (const score of keysOf(K_SEARCH)) add(K_SEARCH[score], point.k, point[score])
  }
  return points
}

/** Metrics of a finished run, without the points of its training. */
export function finalMetrics({ metrics }: Run): Record<string, number> {
  const ofTraining: string[] = [...Object.values(CURVE), ...Object.values(K_SEARCH)]
  const ofEnd = metrics.filter(({ name }) => !ofTraining.includes(name))
  return Object.fromEntries(ofEnd.map(({ name, value }) => [name, value]))
}

/** Metrics of the end, at the step of the last iteration. */
export function resultPoints({ metrics, manifest }: TrainingResult, at: number): MetricPoint[] {
  const step = manifest.stopped?.iterations ?? 0
  return Object.entries(metrics).flatMap(([name, value]) =>
    Number.isFinite(value) ? [{ name, value, step, at }] : [],
  )
}

export function resultTags({ metrics, manifest }: TrainingResult): Record<string, string> {
  return {
    [RUN_TAGS.modelHash]: manifest.modelHash,
    [RUN_TAGS.version]: manifest.software,
    [RUN_TAGS.observations]: JSON.stringify(observations(Object.keys(metrics), manifest)),
  }
}

export function resultParams({ params, manifest: { spec } }: TrainingResult): Record<string, string> {
  return { ...jobRunParams(spec), ...texts(params) }
}

/** Rows that each metric rests on. */
function observations(names: readonly string[], { split }: TrainingManifest): Record<string, number> {
  const ofTest = (split.test ?? split.train)?.rows
  const ofValidation = split.validation?.rows
  return Object.fromEntries(
    names.flatMap(name => {
      const rows = name.startsWith(VALIDATION) ? ofValidation : ofTest
      return rows === undefined ? [] : [[name, rows]]
    }),
  )
}

function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(value).slice(0, LONGEST_PARAM)]),
  )
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[]
}
