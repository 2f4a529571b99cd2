import type { UseCase } from './define.ts'

/** GraphQL names of what a use case generates, such as `TfdEvent` for TFD. */
export interface TypeNames {
  event: string
  eventInput: string
  filter: string
  detail: string
  /** Member of the `@oneOf` inputs: `tfd`. */
  member: string
}

export function typeNames({ id }: Pick<UseCase, 'id'>): TypeNames {
  const member = camelCase(id.toLowerCase())
  const stem = pascalCase(id.toLowerCase())
  return {
    event: `${stem}Event`,
    eventInput: `${stem}EventInput`,
    filter: `${stem}Filter`,
    detail: `${stem}Detail`,
    member,
  }
}

/** Name of the GraphQL type of an object field: `TfdLocation`. */
export function objectTypeName({ id }: Pick<UseCase, 'id'>, field: string): string {
  return pascalCase(id.toLowerCase()) + pascalCase(field)
}

/** Names of the fields that a clustering's detail carries: `sessionId` and `sessionEvents` for `session_id`. */
export function groupNames(group: string): { id: string; events: string } {
  const stem = camelCase(group.replace(/_id$/, ''))
  return { id: `${stem}Id`, events: `${stem}Events` }
}

/** `account_age_days` → `accountAgeDays`. */
export function camelCase(snake: string): string {
  return snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function pascalCase(snake: string): string {
  const camel = camelCase(snake)
  return camel.charAt(0).toUpperCase() + camel.slice(1)
}
