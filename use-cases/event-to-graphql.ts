import type { UseCase } from './define.ts'
import type { Fields } from './fields.ts'
import type { JsonEvent } from './generator.ts'
import { camelCase, objectTypeName, typeNames } from './names.ts'

export interface EventMapper {
  /** A parsed event as GraphQL wants it: camelCase, with `__typename`; what is absent is null. */
  toGraphql(event: JsonEvent): Record<string, unknown>
  /** A GraphQL input as JSON event. A missing id or time is filled in by `newId` and `now`. */
  fromInput(input: Readonly<Record<string, unknown>>, defaults: InputDefaults): JsonEvent
}

export interface InputDefaults {
  newId(): string
  /** RFC 3339. */
  now(): string
}

interface Level {
  typename: string
  members: readonly { json: string; graphql: string; inner: Level | null }[]
}

/** Compiles the mapping between the JSON events of a use case and its GraphQL types. */
export function createEventMapper(useCase: UseCase): EventMapper {
  const level = compile(useCase, useCase.fields, typeNames(useCase).event)
  const { eventId, time } = useCase
  return {
    toGraphql: event => toGraphql(level, event),
    fromInput(input, { newId, now }) {
      const event = fromInput(level, input)
      event[eventId] ??= newId()
      event[time] ??= now()
      return event
    },
  }
}

function compile(useCase: UseCase, fields: Fields, typename: string): Level {
  return {
    typename,
    members: Object.entries(fields).map(([json, field]) => ({
      json,
      graphql: camelCase(json),
      inner: field.fields ? compile(useCase, field.fields, objectTypeName(useCase, json)) : null,
    })),
  }
}

function toGraphql({ typename, members }: Level, event: JsonEvent): Record<string, unknown> {
  const result: Record<string, unknown> = { __typename: typename }
  for (const { json, graphql, inner } of members) {
    const value = event[json] ?? null
    result[graphql] = inner && value !== null ? toGraphql(inner, value as JsonEvent) : value
  }
  return result
}

function fromInput({ members }: Level, input: Readonly<Record<string, unknown>>): JsonEvent {
  const event: JsonEvent = {}
  for (const { json, graphql, inner } of members) {
    const value = input[graphql]
    if (value === undefined) continue
    event[json] = inner && value !== null ? fromInput(inner, value as JsonEvent) : plain(value)
  }
  return event
}

/** A DateTime scalar may have been read into a Date. */
function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value
}
