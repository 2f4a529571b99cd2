import { adjustedRandIndex } from '#bench/limits/adjusted-rand-index.ts'
import { ecciCustomerLimit, judgedCustomers } from '#bench/limits/ecci-customer-limit.ts'
import type { Interaction } from '#bench/limits/ecci-likelihood.ts'
import { ecciLimit } from '#bench/limits/ecci-limit.ts'
import { createStateReader } from '#learn/state/reader.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import type { GroupClusterer } from '#learn/online/learner.ts'
import { loadLearner } from '#learn/online/registry.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { Item, TruthRecord } from '#use-cases/generator.ts'
import { expectTask, prequentialParts } from './prequential.ts'

/** What a learner made of a `realistic` stream. */
export interface EcciRun {
  /** Cluster of each session at its last event, that event included. */
  sessions: ReadonlyMap<string, number>
  /** Cluster of each customer after the last event. */
  customers: ReadonlyMap<string, number>
  events: number
  /** CPU seconds in the learner. */
  seconds: number
}

interface Options {
  seed: number | string
  /** Events after which the learner is saved and continues from what was saved. */
  restarts?: readonly number[]
}

/** Runs ECCI's declared learner over a stream: assign, then learn. */
export function ecciRun(items: readonly Item[], { seed, restarts = [] }: Options): EcciRun {
  const { encode, learner: any } = prequentialParts(ecci, { seed })
  let learner = expectTask(any, 'clustering')
  const sessions = new Map<string, number>()
  const owners = new Set<string>()
  let events = 0
  let micros = 0
  for (const item of items) {
    if (item.kind !== 'event') continue
    const session = String(item.record.session_id)
    const customer = String(item.record.customer_id)
    const row = encode(item.record)
    const start = process.cpuUsage()
    sessions.set(session, learner.assign(session, row, item.timeMs).cluster)
    learner.learn(session, row, item.timeMs)
    learner.claim?.(session, customer)
    const used = process.cpuUsage(start)
    micros += used.user + used.system
    owners.add(customer)
    events += 1
    if (restarts.includes(events)) learner = reloaded(learner)
  }
  const customers = new Map<string, number>()
  for (const owner of owners) {
    const segment = learner.segment?.(owner)
    if (segment) customers.set(owner, segment.cluster)
  }
  return { sessions, customers, events, seconds: micros / 1e6 }
}

/** Agreement with the personas and what the exact Bayes assignment of the same reaches. */
export interface Agreement {
  ari: number
  limit: number
  judged: number
}

/** Of the sessions that ended as number `from` to `to`. */
export function sessionAgreement(items: readonly Item[], run: EcciRun, from: number, to: number): Agreement {
  const { events, truths } = recordsOf(items)
  const { assignments } = ecciLimit(events, truths)
  const judged = truths.slice(from, to).filter(({ session_id }) => assignments.has(session_id))
  const personas = judged.map(({ persona }) => persona)
  return {
    ari: adjustedRandIndex(
      judged.map(({ session_id }) => run.sessions.get(session_id) ?? -1),
      personas,
    ),
    limit: adjustedRandIndex(
      judged.map(({ session_id }) => assignments.get(session_id) ?? ''),
      personas,
    ),
    judged: judged.length,
  }
}

/** Of the customers with at least three finished sessions. */
export function customerAgreement(items: readonly Item[], run: EcciRun): Agreement {
  const { events, truths } = recordsOf(items)
  const judged = [...judgedCustomers(truths)]
  return {
    ari: adjustedRandIndex(
      judged.map(([customer]) => run.customers.get(customer) ?? -1),
      judged.map(([, persona]) => persona),
    ),
    limit: ecciCustomerLimit(events, truths).ari,
    judged: judged.length,
  }
}

/** Agreement of two runs over the same stream, over the sessions that ended as number `from` to `to`. */
export function runAgreement(
  items: readonly Item[],
  a: EcciRun,
  b: EcciRun,
  from: number,
  to: number,
): number {
  const ids = recordsOf(items)
    .truths.slice(from, to)
    .map(({ session_id }) => session_id)
  const of = (run: EcciRun) => ids.map(id => run.sessions.get(id) ?? -1)
  return adjustedRandIndex(of(a), of(b))
}

function reloaded(learner: GroupClusterer): GroupClusterer {
  const out = createStateWriter()
  learner.save(out)
  const input = createStateReader(out.finish())
  const columns = ecci.features.map(({ name, kind, scope = 'event' }) => ({ name, kind, scope }))
  const loaded = expectTask(loadLearner(input, columns), 'clustering')
  input.end()
  return loaded
}

function recordsOf(items: readonly Item[]) {
  const events = items.flatMap(item => (item.kind === 'event' ? [item.record] : []))
  const truths: TruthRecord[] = items.flatMap(item => (item.kind === 'truth' ? [item.record] : []))
  return { events: events as unknown as (Interaction & { customer_id: string })[], truths }
}
