import type { UseCase } from './define.ts'
import { ecci } from './ecci.ts'
import { eta } from './eta.ts'
import { tfd } from './tfd.ts'

/** The only list of use cases: everything else is derived from it. */
export const useCases = [tfd, eta, ecci] as const

/**
 * The use case with this id.
 * @throws Error with code `UNKNOWN_USE_CASE`.
 */
export function useCaseById(id: string): UseCase {
  const found = useCases.find(useCase => useCase.id === id)
  if (found) return found
  const wanted = useCases.map(useCase => useCase.id).join(', ')
  throw Object.assign(new Error(`There is no use case "${id}"; wanted one of ${wanted}.`), {
    code: 'UNKNOWN_USE_CASE',
  })
}
