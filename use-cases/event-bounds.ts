import type { Problem } from './parse.ts'

/** Characters of an event as JSON. What is larger belongs into an object store, with a reference in the event. */
export const MAX_EVENT_LENGTH = 128 * 1024
/** Levels of lists and objects inside an event: writing JSON is recursive, here and at whoever reads the event. */
const MAX_NESTING = 32

/** The problem of an event whose JSON text is too long; null if it is not. */
export function lengthProblem(length: number): Problem | null {
  if (length <= MAX_EVENT_LENGTH) return null
  return { field: '$', given: `${length} characters long`, wanted: `at most ${MAX_EVENT_LENGTH} as JSON` }
}

/** The problem of members that are nested too deeply; null if they are not. */
export function nestingProblem(members: object): Problem | null {
  if (!isDeeper(members, MAX_NESTING)) return null
  return { field: '$', given: 'nested deeply', wanted: `at most ${MAX_NESTING} levels of lists and objects` }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(member => isDeeper(member, levels - 1))
}
