import type { RefusedEvent } from '#use-cases/parse.ts'

/** An event that does not fit its declaration, as a member of payloads. */
export function invalidEvent({ code, message, problems }: RefusedEvent) {
  return { __typename: 'InvalidEvent' as const, code, message, problems: [...problems] }
}
