import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Field, Fields } from '#use-cases/fields.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

/** A field of an event that may be varied, wherever it stands. */
export interface EventField {
  /** As JSON records have it; members of objects dotted. */
  readonly path: string
  readonly field: Field
  get(event: JsonEvent): unknown
  /** A copy of the event with another value there. */
  set(event: JsonEvent, value: unknown): JsonEvent
}

/** Every field that is known when an event happens, members of objects on their own. */
export function eventFields({ fields }: Pick<UseCase, 'fields'>): EventField[] {
  return leaves(fields, [])
}

/** @throws CodedError `BAD_USER_INPUT`. */
export function eventField(useCase: UseCase, path: string): EventField {
  const all = eventFields(useCase)
  const found = all.find(field => field.path === path)
  if (found) return found
  const known = all.map(field => field.path).join(', ')
  throw new CodedError(
    'BAD_USER_INPUT',
    `vary.field: "${path.slice(0, 80)}" given, one of ${known} wanted for ${useCase.id}.`,
  )
}

function leaves(fields: Fields, above: readonly string[]): EventField[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.availability === 'later') return []
    const path = [...above, name]
    if (field.fields) return leaves(field.fields, path)
    return [
      {
        path: path.join('.'),
        field,
        get: event => path.reduce<unknown>((value, key) => (value as JsonEvent | null)?.[key], event),
        set: (event, value) => withValue(event, path, value),
      },
    ]
  })
}

function withValue(event: JsonEvent, [first, ...rest]: readonly string[], value: unknown): JsonEvent {
  if (first === undefined) return event
  if (rest.length === 0) return { ...event, [first]: value }
  return { ...event, [first]: withValue((event[first] ?? {}) as JsonEvent, rest, value) }
}
