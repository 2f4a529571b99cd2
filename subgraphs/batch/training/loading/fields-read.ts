import type { UseCase } from '#use-cases/define.ts'
import type { Field } from '#use-cases/fields.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

/** Names of the event's fields that a function reads from a typical event. What it reads from others only, `guardedEvents` tells. */
export function fieldsRead(
  { fields }: Pick<UseCase, 'fields'>,
  read: (event: JsonEvent) => unknown,
): string[] {
  const seen = new Set<string>()
  const event = new Proxy<JsonEvent>(
    {},
    {
      get(_, name) {
        if (typeof name !== 'string' || !fields[name]) return undefined
        seen.add(name)
        return typical(fields[name])
      },
    },
  )
  read(event)
  return [...seen]
}

/** A value that checks of presence take for one. */
function typical({ kind, fields }: Field): unknown {
  if (kind === 'object')
    return Object.fromEntries(Object.entries(fields ?? {}).map(([name, field]) => [name, typical(field)]))
  if (kind === 'timestamp') return '2026-01-05T00:00:00Z'
  if (kind === 'flag') return true
  return kind === 'number' || kind === 'integer' ? 1 : 'a'
}
