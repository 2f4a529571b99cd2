import type { TruthRecord } from '#use-cases/generator.ts'
import { type Persona, personas } from '#use-cases/ecci-personas.ts'
import { adjustedRandIndex } from './adjusted-rand-index.ts'
import { type Interaction, logCategories, logSession } from './ecci-likelihood.ts'

export interface EcciLimit {
  /** Adjusted Rand index of the exact assignment against the personas, over sessions. */
  ari: number
  /** Share of sessions assigned to their persona. */
  accuracy: number
  /** Finished sessions of which every event was given. */
  sessions: number
  /** The most probable persona of each of them, by session id. */
  assignments: ReadonlyMap<string, string>
}

/**
 * What the exact Bayes assignment of finished sessions reaches on a `realistic` stream, given the table of personas and
 * no more than the session's own events: a learner that also remembers customers may do better.
 */
export function ecciLimit(events: readonly Interaction[], truths: readonly TruthRecord[]): EcciLimit {
  const sessions = Map.groupBy(events, ({ session_id }) => session_id)
  const finished = truths.filter(
    ({ session_id, events: count }) => sessions.get(session_id)?.length === count,
  )
  const assignments = new Map(
    finished.map(({ session_id }) => [session_id, mostProbable(sessions.get(session_id) ?? [])]),
  )
  const assigned = finished.map(({ session_id }) => assignments.get(session_id) ?? '')
  const actual = finished.map(({ persona }) => persona)
  return {
    ari: adjustedRandIndex(assigned, actual),
    accuracy: actual.filter((persona, index) => persona === assigned[index]).length / actual.length,
    sessions: finished.length,
    assignments,
  }
}

function mostProbable(session: readonly Interaction[]): string {
  let best = -Infinity
  let name = ''
  for (const persona of personas) {
    const score = logJoint(persona, session)
    if (score > best) {
      best = score
      name = persona.name
    }
  }
  return name
}

/** Logarithm of share times likelihood of a finished session, but for factors that all personas have in common. */
export function logJoint(persona: Persona, session: readonly Interaction[]): number {
  const { log, categories } = logSession(persona, session, true)
  return Math.log(persona.share) + log + logCategories(persona, categories)
}
