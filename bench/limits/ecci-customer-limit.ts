import { ecciLists } from '#use-cases/ecci-domain.ts'
import { personas } from '#use-cases/ecci-personas.ts'
import type { TruthRecord } from '#use-cases/generator.ts'
import { adjustedRandIndex } from './adjusted-rand-index.ts'
import { type Interaction, logCategories, logSession } from './ecci-likelihood.ts'

export interface EcciCustomerLimit {
  /** Adjusted Rand index of the exact assignment against the personas, over customers. */
  ari: number
  /** Share of customers assigned to their persona. */
  accuracy: number
  /** Customers with enough finished sessions. */
  customers: number
  /** The most probable persona of each of them, by customer id. */
  assignments: ReadonlyMap<string, string>
}

/** Customers with fewer finished sessions are not judged. */
const LEAST_SESSIONS = 3

/**
 * What the exact Bayes assignment of customers reaches on a `realistic` stream, given the table of personas. A persona
 * belongs to the customer: all sessions of a customer have it, and a loyal buyer keeps the two favourite categories. So the
 * likelihood of a customer is the product of those of the sessions, but for the categories, which count together. The
 * number of sessions has the same law for all personas. Sessions that are not over count with the events so far.
 */
export function ecciCustomerLimit(
  events: readonly (Interaction & { customer_id: string })[],
  truths: readonly TruthRecord[],
): EcciCustomerLimit {
  const finished = new Set(truths.map(({ session_id }) => session_id))
  const byCustomer = Map.groupBy(events, ({ customer_id }) => customer_id)
  const judged = judgedCustomers(truths)
  const assignments = new Map(
    [...judged.keys()].map(customer => [customer, mostProbable(byCustomer.get(customer) ?? [], finished)]),
  )
  const actual = [...judged.values()]
  const assigned = [...assignments.values()]
  return {
    ari: adjustedRandIndex(assigned, actual),
    accuracy: actual.filter((persona, index) => persona === assigned[index]).length / actual.length,
    customers: judged.size,
    assignments,
  }
}

/** The persona of each customer with enough finished sessions. */
export function judgedCustomers(truths: readonly TruthRecord[]): ReadonlyMap<string, string> {
  const judged = new Map<string, string>()
  for (const [customer, own] of Map.groupBy(truths, ({ customer_id }) => customer_id)) {
    if (own[0] && own.length >= LEAST_SESSIONS) judged.set(customer, own[0].persona)
  }
  return judged
}

function mostProbable(events: readonly Interaction[], finished: ReadonlySet<string>): string {
  const sessions = Map.groupBy(events, ({ session_id }) => session_id)
  let best = -Infinity
  let name = ''
  for (const persona of personas) {
    let sum = Math.log(persona.share)
    const together = new Float64Array(ecciLists.productCategories.length)
    for (const [id, session] of sessions) {
      const { log, categories } = logSession(persona, session, finished.has(id))
      sum += log
      categories.forEach((count, index) => {
        together[index] = (together[index] ?? 0) + count
      })
    }
    sum += logCategories(persona, together)
    if (sum > best) {
      best = sum
      name = persona.name
    }
  }
  return name
}
