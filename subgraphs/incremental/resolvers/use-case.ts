import type { Field } from '#use-cases/fields.ts'
import { camelCase } from '#use-cases/names.ts'
import { useCaseById } from '#use-cases/index.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { encodePredictionId } from '#subgraphs/prediction-id.ts'
import type { UseCaseResolvers } from '../resolvers.generated.ts'
import { TASKS } from './tasks.ts'

const MAX_PAGE = 100

export const UseCase: UseCaseResolvers = {
  __resolveReference: ({ id }) => useCaseById(id as string),
  id: ({ id }) => id as 'TFD',
  task: ({ task }) => TASKS[task],
  fields: ({ fields }) => Object.entries(fields).map(([name, field]) => fieldInfo(name, field)),
  features: ({ features }) =>
    features.map(({ name, kind, description }) => ({
      name,
      description,
      kind: kind === 'numeric' ? 'NUMERIC' : 'NOMINAL',
    })),
  session: ({ id }, _, { sessions }) => sessions.current(id) ?? null,
  sessions({ id }, { first, after }, { sessions }) {
    const all = sessions.list(id)
    const start = after ? all.findIndex(({ record }) => record.id === after) + 1 : 0
    if (after && start === 0)
      throw new CodedError(
        'INVALID_CURSOR',
        `after: "${after}" given, the cursor of a session of ${id} wanted.`,
      )
    const page = all.slice(start, start + pageSize(first))
    return {
      edges: page.map(view => ({ cursor: view.record.id, node: view })),
      pageInfo: { hasNextPage: start + page.length < all.length, endCursor: page.at(-1)?.record.id ?? null },
    }
  },
  recentPredictions: ({ id }, { first }, { feeds }) =>
    (feeds.get(id)?.ring.newest(pageSize(first)) ?? []).flatMap(({ record, label }) =>
      record
        ? [{ id: encodePredictionId(record), record, cursor: null, ...(label !== undefined && { label }) }]
        : [],
    ),
  producer: ({ id }, _, { producers }) => producers.status(id) ?? null,
}

function pageSize(first: number | null | undefined): number {
  const size = first ?? 20
  if (size < 1 || size > MAX_PAGE)
    throw new CodedError('BAD_USER_INPUT', `first: ${size} given, 1 to ${MAX_PAGE} wanted.`)
  return size
}

function fieldInfo(name: string, field: Field) {
  return {
    name: camelCase(name),
    jsonName: name,
    type: field.graphqlType ?? 'Object',
    columnType: field.lakeType,
    nullable: field.presence !== 'required',
    knownLater: field.availability === 'later',
    unit: field.unit,
    description: field.description,
  }
}
