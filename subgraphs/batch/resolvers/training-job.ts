import type { JobRecord } from '../jobs/job.ts'
import type { TrainingJobResolvers } from '../resolvers.generated.ts'
import { learnerMember } from './learner-enum.ts'
import { metricOf } from './metric-of.ts'

export const TrainingJob: TrainingJobResolvers = {
  __resolveReference: ({ id }, { jobs }) => jobs.get(id as string) ?? null,
  useCase: ({ spec }) => ({ id: spec.useCase }),
  learner: ({ spec }) => learnerMember(spec.learner),
  message: ({ progress }) => progress.message,
  percent: ({ progress }) => progress.percent,
  etaMs: ({ progress }) => progress.etaMs,
  totalRows: ({ progress }) => progress.rows,
  iteration: ({ progress }) => progress.iteration,
  iterations: ({ progress }) => progress.iterations,
  bestIteration: ({ progress }) => progress.bestIteration,
  curve: ({ progress }) => [...progress.curve],
  metricsPreview: ({ progress }) =>
    Object.entries(progress.metrics).map(([name, value]) => metricOf(name, value, progress.rows ?? 0)),
  kSearch: ({ progress }) => [...progress.kSearch],
  options: ({ spec }) => optionsOf(spec),
  run: ({ run }) => ({ id: run }),
  model: ({ run, state }, _, { modelOf }) => (state === 'DONE' ? modelOf.load(run) : null),
}

function optionsOf({
  parameters,
  rows,
  fraction,
  version,
  seed,
  segment,
  includeDebugFeatures,
}: JobRecord['spec']) {
  return { parameters, rows, sampleFraction: fraction, version, seed, segment, includeDebugFeatures }
}
