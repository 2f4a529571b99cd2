import { CodedError } from '#subgraphs/coded-error.ts'
import type {
  BatchClusterResolvers,
  BatchModelResolvers,
  ClusterProfileResolvers,
} from '../resolvers.generated.ts'
import { clustersOf } from '../models/clusters-of.ts'
import { featuresOf } from '../models/features-of.ts'
import { modelCard } from '../registry/model-card.ts'
import { RUN_FILES } from '../training/run-files.ts'
import { learnerMember } from './learner-enum.ts'
import { metricsOf } from './metric-of.ts'
import { primaryMetric } from '#learn/metrics/batch-catalogue.ts'
import { useCaseById } from '#use-cases/index.ts'

export const BatchModel: BatchModelResolvers = {
  __resolveReference: ({ id }, { modelOf }) => modelOf.load(id as string),
  useCase: ({ useCase }) => ({ id: useCase }),
  run: ({ id }) => ({ id }),
  job: ({ run }, _, { jobs }) => jobs.get(run.tags['coelho.job'] ?? '') ?? null,
  learner: ({ manifest }) => learnerMember(manifest.spec.learner),
  trainedAt: ({ run }) => run.endedAt ?? run.startedAt,
  isChampion: ({ id, useCase }, _, { registry }) => registry.champion(useCase)?.run === id,
  metrics: (model, { names }) => metricsOf(model, names ?? null),
  primaryMetric: model => metricsOf(model, [primaryMetric(useCaseById(model.useCase).task).name])[0] ?? null,
  features: async ({ id, useCase }, _, { models }) => featuresOf(await models.get(id), useCaseById(useCase)),
  threshold: async ({ id }, _, { models }) => (await models.get(id)).model.threshold,
  coverage: async ({ id }, _, { models }) => (await models.get(id)).model.coverage,
  clusters: (model, _, { charts }) => clustersOf(model, charts),
  sizeBytes: ({ manifest }) => manifest.modelBytes,
  hash: ({ manifest }) => manifest.modelHash,
  manifest: ({ manifest }) => manifest,
  async card({ id, useCase, manifest, run }, _, { tracking }) {
    try {
      return Buffer.from(await tracking.artifacts.read(id, RUN_FILES.card)).toString('utf8')
    } catch (error) {
      if ((error as { code?: string }).code !== 'NOT_FOUND') throw error
      const metrics = Object.fromEntries(run.metrics.map(({ name, value }) => [name, value]))
      return modelCard({ manifest, metrics, useCase: useCaseById(useCase) })
    }
  },
  chart: (model, { kind, options }, { charts, signal }) => charts.chart(model, kind, options, signal),
}

const MOST_VALUES = 100

export const BatchCluster: BatchClusterResolvers = {
  profile({ profile }, { feature, top }) {
    const most = top ?? 20
    if (most < 1 || most > MOST_VALUES)
      throw new CodedError(
        'BAD_USER_INPUT',
        `top: ${most} given, a whole number from 1 to ${MOST_VALUES} wanted.`,
      )
    return profile(feature, most)
  },
}

export const ClusterProfile: ClusterProfileResolvers = {
  kind: ({ kind }) => (kind === 'numeric' ? 'NUMERIC' : 'NOMINAL'),
  values: ({ values }) => [...values],
}
