import { createEventMapper, type EventMapper } from '#use-cases/event-to-graphql.ts'
import { useCaseById } from '#use-cases/index.ts'
import { groupNames, typeNames } from '#use-cases/names.ts'
import type { OutcomeResolvers, PredictionResolvers } from '../resolvers.generated.ts'
import { explanationModel } from './explanation.ts'
import type { ClusteringDetail, PredictionRecord } from '../session/order-record.ts'

export const Prediction: PredictionResolvers = {
  __resolveReference: ({ id }, { predictionById }) => predictionById.load(id as string),
  useCase: ({ record }) => useCaseById(record.useCase),
  session: ({ record }, _, { sessions }) => sessions.get(record.session) ?? null,
  at: ({ record }) => record.at,
  eventTime: ({ record }) => record.eventTime,
  eventId: ({ record }) => record.eventId,
  // The mapper is compiled from the declaration that the generated types come from too.
  event: ({ record }) => mapperOf(record.useCase).toGraphql(record.event) as never,
  eventJson: ({ record }) => record.event,
  score: ({ record }) => record.score,
  label: (prediction, _, { labelOf }) => labelOf.load(prediction),
  latencyMs: ({ record, transient }) => (transient ? null : record.latencyMs),
  modelVersion: ({ record }) => record.modelVersion,
  model: ({ record }, _, { sessions }) => sessions.get(record.session) ?? null,
  detail: ({ record }) => detailOf(record) as never,
  explanation: ({ record }) => explanationModel(record),
  challengers: ({ record: { challengers = {} } }) =>
    Object.entries(challengers).map(([name, score]) => ({ name, score })),
  windows: ({ record }) => (record.windows ? windowsOf(record) : null),
}

export const Outcome: OutcomeResolvers = {}

const mappers = new Map<string, EventMapper>()

export function mapperOf(id: string): EventMapper {
  let mapper = mappers.get(id)
  if (!mapper) mappers.set(id, (mapper = createEventMapper(useCaseById(id))))
  return mapper
}

/** Every declared window, null where it is missing. */
function windowsOf({ useCase, windows: recorded }: PredictionRecord): Record<string, number | null> {
  const { windows } = useCaseById(useCase)
  return { ...Object.fromEntries(windows.map(({ name }) => [name, null])), ...recorded }
}

function detailOf({ useCase: id, detail }: PredictionRecord): object {
  const useCase = useCaseById(id)
  const __typename = typeNames(useCase).detail
  if ('flagged' in detail)
    return { __typename, ...detail, policy: detail.policy === 'cost' ? 'COST' : 'FBETA' }
  if (!useCase.group) return { __typename, ...detail }
  const { cluster, group, groupEvents } = detail as ClusteringDetail
  const names = groupNames(useCase.group)
  return { __typename, cluster, [names.id]: group, [names.events]: groupEvents }
}
