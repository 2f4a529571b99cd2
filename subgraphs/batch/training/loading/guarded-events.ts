import type { RowBatch } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

/** A function read a field that was not loaded: the rows have to be read again with it. */
export class FieldNotLoaded extends Error {
  readonly field: string
  constructor(field: string) {
    super(`Field "${field}" was read, but is not loaded.`)
    this.field = field
  }
}

/** Makes an event out of a row of columns. Reading a declared field that is not among them throws `FieldNotLoaded`: it must not pass for a missing value. */
export function guardedEvents(
  { fields }: Pick<UseCase, 'fields'>,
  loaded: readonly string[],
): (batch: RowBatch, row: number) => JsonEvent {
  const guard = {}
  for (const name of Object.keys(fields)) {
    if (loaded.includes(name)) continue
    Object.defineProperty(guard, name, {
      get: () => {
        throw new FieldNotLoaded(name)
      },
    })
  }
  return ({ columns }, row) => {
    const event = Object.create(guard) as JsonEvent
    for (const name of loaded) event[name] = columns[name]?.[row] ?? null
    return event
  }
}
