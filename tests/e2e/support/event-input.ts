import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { camelCase, typeNames } from '#use-cases/names.ts'

/** A JSON record as the `EventInput` of the graph. */
export function eventInput(useCase: UseCase, event: JsonEvent): Record<string, unknown> {
  return { [typeNames(useCase).member]: renamed(event) }
}

function renamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [camelCase(name), renamed(member)]))
}
