import type { GraphQLDataSource } from '@apollo/gateway'

export type EntityResponse = Awaited<ReturnType<GraphQLDataSource['process']>>
type EntityError = NonNullable<EntityResponse['errors']>[number]

export interface MergedRepresentations {
  /** All distinct representations, in order of first appearance. */
  representations: unknown[]
  /** Takes the answer to them apart again: one response per caller, in the order of the callers. */
  split(response: EntityResponse): EntityResponse[]
}

/** Merges what several callers look up, without repetition. */
export function mergeRepresentations(callers: readonly (readonly unknown[])[]): MergedRepresentations {
  const positions = new Map<string, number>()
  const representations: unknown[] = []
  // indexes[caller][i]: where the caller's i-th entity stands in the merged list.
  const indexes = callers.map(wanted =>
    wanted.map(representation => {
      const key = JSON.stringify(representation)
      const known = positions.get(key)
      if (known !== undefined) return known
      positions.set(key, representations.length)
      return representations.push(representation) - 1
    }),
  )
  return {
    representations,
    split({ data, errors, ...rest }) {
      const entities: unknown = data?._entities
      return indexes.map(wanted => {
        const own = errors?.flatMap(error => errorsOf(error, wanted))
        return {
          ...rest,
          ...(data !== undefined && {
            data: Array.isArray(entities) ? { _entities: wanted.map(i => copy(entities[i])) } : data,
          }),
          ...(own?.length && { errors: own }),
        }
      })
    },
  }
}

/** The error under the caller's own positions; one without a position concerns every caller. */
function errorsOf(error: EntityError, wanted: readonly number[]): EntityError[] {
  const [field, index, ...rest] = error.path ?? []
  if (field !== '_entities' || typeof index !== 'number') return [error]
  return wanted.flatMap((position, i) =>
    position === index ? [withPath(error, ['_entities', i, ...rest])] : [],
  )
}

function withPath(error: EntityError, path: readonly (string | number)[]): EntityError {
  return { message: error.message, path, ...(error.extensions && { extensions: error.extensions }) }
}

/** The executor merges later fetches into what it is given, so no two callers may hold the same object. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) result[key] = copy(member)
  return result
}
