import { CodedError } from '#subgraphs/coded-error.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import { experimentNameOf } from '#subgraphs/experiment-name.ts'
import type { Context } from '../context.ts'
import type {
  ArtifactResolvers,
  ExperimentResolvers,
  MetricSeriesResolvers,
  RunConnectionResolvers,
  RunResolvers,
} from '../resolvers.generated.ts'
import {
  artifactBase64,
  artifactJson,
  artifactText,
  findArtifact,
  listArtifacts,
} from '../tracking/artifact-content.ts'
import { describeMetric, finite, runMetrics } from '../tracking/run-metric.ts'

const MOST_POINTS = 5000
const DEFAULT_POINTS = 500

export const Run: RunResolvers = {
  __resolveReference: ({ id }, { runById }) => runById.load(id as string),
  async experiment({ experimentId, id }, _, { reader }) {
    const experiment = (await reader.experiments()).find(each => each.id === experimentId)
    if (experiment) return experiment
    throw new CodedError('NOT_FOUND', `The experiment ${experimentId} of the run ${id} was deleted.`)
  },
  useCase: ({ tags }, _, { useCases }) => useCases.find(({ id }) => id === tags[RUN_TAGS.useCase]) ?? null,
  session: ({ tags }) => (tags[RUN_TAGS.session] ? { id: tags[RUN_TAGS.session] as string } : null),
  reason: ({ tags }) => tags[RUN_TAGS.reason] || null,
  params: ({ params }) => keyValues(params),
  tags: ({ tags }) => keyValues(tags),
  metrics: (run, { names }) => runMetrics(run, names),
  metric: (run, { name }) => runMetrics(run, [name])[0] ?? null,
  async series({ id }, { name, maxPoints: given }, { gate }) {
    const maxPoints = given ?? DEFAULT_POINTS
    if (maxPoints < 2 || maxPoints > MOST_POINTS) {
      throw new CodedError('BAD_USER_INPUT', `maxPoints: ${maxPoints} given, 2 to ${MOST_POINTS} wanted.`)
    }
    const series = await gate.ask(tracking => tracking.metricHistory(id, name, { maxPoints }))
    return series.total > 0 ? series : null
  },
  artifacts: ({ id }, { path }, { gate }) => listArtifacts(gate, id, path),
  artifact: ({ id }, { path }, { gate }) => findArtifact(gate, id, path),
}

export const Experiment: ExperimentResolvers = {
  async __resolveReference({ id }, { reader }) {
    return (await reader.experiments()).find(experiment => experiment.id === id) ?? null
  },
  useCase: ({ name }, _, { useCases }) => useCases.find(each => experimentNameOf(each) === name) ?? null,
}

export const RunConnection: RunConnectionResolvers = {
  pageInfo: async ({ endCursor, hasNextPage }) => ({ endCursor, hasNextPage: await hasNextPage() }),
}

export const MetricSeries: MetricSeriesResolvers = {
  title: ({ name }) => describeMetric(name).title,
  direction: ({ name }) => describeMetric(name).direction,
  points: ({ points }) => points.map(({ step, value, at }) => ({ step, value: finite(value), at })),
  downsampled: ({ points, total }) => points.length < total,
}

export const Artifact: ArtifactResolvers<Context> = {
  text: (artifact, _, { gate }) => artifactText(gate, artifact),
  json: (artifact, _, { gate }) => artifactJson(gate, artifact),
  base64: (artifact, _, { gate }) => artifactBase64(gate, artifact),
}

function keyValues(record: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(record)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}
