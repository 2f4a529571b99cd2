import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { parityEvents } from '#bench/limits/parity-events.ts'
import { ecciItems } from '#bench/quality/ecci-items.ts'
import {
  type Agreement,
  customerAgreement,
  ecciRun,
  runAgreement,
  sessionAgreement,
} from '#bench/quality/ecci-online-quality.ts'
import { expectTask, prequentialParts } from '#bench/quality/prequential.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

interface Options {
  seeds?: number
  sessions?: number
  /** Streams for the stability over restarts and seeds of the learner, which takes three runs each. */
  stable?: number
  paritySeeds?: number
  parityEvents?: number
}

/** Sessions until the classes are settled; before, all from the first event on. */
const SETTLED = 5000
const EARLY = 6000

/** Does the declared learner of ECCI find the hidden personas, always the same ones, and nothing where there is nothing? */
export function ecciBench({
  seeds = 10,
  sessions = 20_000,
  stable = 3,
  paritySeeds = 40,
  parityEvents: count = 20_000,
}: Options = {}): BenchResult[] {
  const settled: Agreement[] = []
  const early: Agreement[] = []
  const customers: Agreement[] = []
  const restarted: number[] = []
  const reseeded: number[] = []
  let [seconds, events] = [0, 0]
  for (let seed = 1; seed <= seeds; seed++) {
    const items = ecciItems({ sessions, seed: `${seed}` })
    const run = ecciRun(items, { seed: 1 })
    settled.push(sessionAgreement(items, run, SETTLED, sessions))
    early.push(sessionAgreement(items, run, 0, EARLY))
    customers.push(customerAgreement(items, run))
    seconds += run.seconds
    events += run.events
    if (seed > stable) continue
    const again = ecciRun(items, { seed: 1, restarts: [1000, 7777, 30_000, 77_777] })
    restarted.push(runAgreement(items, run, again, 0, sessions))
    const other = ecciRun(items, { seed: 2 })
    reseeded.push(runAgreement(items, run, other, SETTLED, sessions))
  }
  const streams = `${seeds} streams of ${sessions} realistic sessions; mean; limit: exact Bayes assignment of the same`
  return [
    agreement(
      `ECCI sessions ${SETTLED} to ${sessions}, adjusted Rand index with the persona`,
      settled,
      streams,
    ),
    agreement(`ECCI sessions 0 to ${EARLY}, adjusted Rand index with the persona`, early, streams),
    agreement('ECCI customers with 3 sessions, adjusted Rand index with the persona', customers, streams),
    figure(
      'ECCI, adjusted Rand index of a run and one with 4 restarts, least',
      Math.min(...restarted),
      '',
      `${stable} streams`,
    ),
    figure(
      'ECCI, adjusted Rand index of runs with two seeds of the learner, least',
      Math.min(...reseeded),
      '',
      `${stable} streams, sessions ${SETTLED} to ${sessions}`,
    ),
    figure(
      'ECCI parity, share of streams without structure beyond event type',
      noStructure(paritySeeds, count),
      '',
      `${paritySeeds} streams of ${count} events`,
    ),
    figure('ECCI, assign and learn', (1e6 * seconds) / events, 'us/event', 'CPU time, refits included'),
  ]
}

function noStructure(seeds: number, count: number): number {
  let none = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const { encode, learner: any } = prequentialParts(ecci, { seed })
    const learner = expectTask(any, 'clustering')
    for (const event of parityEvents(ecci, { count, seed: `${seed}` }) as unknown as JsonEvent[]) {
      learner.learn(String(event.session_id), encode(event), Date.parse(String(event.timestamp)))
    }
    if (learner.structure?.().found === false) none += 1
  }
  return none / seeds
}

function agreement(name: string, all: readonly Agreement[], method: string): BenchResult {
  const mean = (of: (one: Agreement) => number) => all.reduce((sum, one) => sum + of(one) / all.length, 0)
  const ours = mean(({ ari }) => ari)
  const peer = mean(({ limit }) => limit)
  const least = Math.min(...all.map(({ ari, limit }) => ari / limit))
  const how = `${method}; least share of the limit ${least.toFixed(3)}`
  return { name, ours, peer, ratio: ours / peer, unit: '', method: how, environment: environment() }
}

function figure(name: string, ours: number, unit: string, method: string): BenchResult {
  return { name, ours, peer: null, ratio: null, unit, method, environment: environment() }
}
