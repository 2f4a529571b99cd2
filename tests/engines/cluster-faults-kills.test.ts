import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { auditCluster } from './support/audit-cluster.ts'
import { type Fault, inflict, planFaults } from './support/faults.ts'
import { sessionsOf } from './support/sessions-of.ts'
import { startTestCluster, type TestCluster } from './support/start-test-cluster.ts'

const SEED = 'kills'
/**
 * Most milliseconds from the loss of a session's process, or the return of its broker, to the next prediction: what leases
 * and a start take on a machine that is busy with everything at once. The figures themselves are told.
 */
const PATIENCE_MS = 60_000

const times = (count: number, kind: Fault['kind'], ...targets: string[]): Fault[] =>
  targets.flatMap(target => Array.from({ length: count }, () => ({ kind, target })))
const WAVES = planFaults({
  seed: SEED,
  heads: [
    ...times(2, 'kill', 'kafka', 'incremental-1', 'incremental-2'),
    ...times(1, 'terminate', 'incremental-1', 'incremental-2'),
    ...times(1, 'freeze', 'incremental-1', 'incremental-2'),
  ],
  others: [
    ...times(3, 'kill', 'gateway-1', 'gateway-2'),
    ...times(2, 'kill', 'observability-1', 'producers-1', 'producers-2', 'mlflow'),
    ...times(4, 'kill', 'redis'),
    ...times(1, 'terminate', 'gateway-1', 'producers-1'),
  ],
})

interface Recovery {
  after: string
  useCase: string
  ms: number
}

/** In the order in which the tests stand: each goes on where the one before left the processes. */
describe('every process killed at random under load', { timeout: 600_000 }, () => {
  let run: TestCluster
  const recoveries: Recovery[] = []
  let kills = 0

  before(async () => {
    run = await startTestCluster({ incremental: 2, gateways: 3, producers: 2, seed: SEED })
  })
  after(() => run?.[Symbol.asyncDispose]())

  test('sessions go on after the loss of their process', async t => {
    for (const [i, wave] of WAVES.entries()) {
      if (i % 4 === 0) await poison()
      const owners = new Map([...sessionsOf(run.ports.control)].map(([id, { owner }]) => [id, owner]))
      const settling: Promise<unknown>[] = []
      for (const { fault, pauseMs } of wave) {
        await sleep(pauseMs)
        run.note(`${fault.kind} ${fault.target}`)
        if (fault.kind !== 'freeze') kills++
        const { at, goneAt, back } = await inflict(run.cluster, fault)
        settling.push(back)
        for (const [useCase, owner] of owners) {
          if (fault.target !== 'kafka' && fault.target !== owner) continue
          settling.push(recover({ fault, useCase, at, goneAt, back }))
        }
      }
      await Promise.all(settling)
      await Promise.all(useCases.map(({ id }) => run.watch.madeAfter(id, Date.now(), PATIENCE_MS)))
    }
    const sorted = recoveries.toSorted((a, b) => a.ms - b.ms)
    const longest = sorted.at(-1) as Recovery
    t.diagnostic(
      `${kills} kills, ${sorted.length} recoveries: median ${sorted[sorted.length >> 1]?.ms} ms, maximum ${longest.ms} ms (${longest.after})`,
    )
    assert.ok(kills >= 25, `${kills} kills`)
  })

  test('every client gets every prediction once, and all is audited: nothing lost or doubled, state as of an uninterrupted run', async t => {
    const { acknowledged } = await run.end()
    const audits = await auditCluster({ cluster: run.cluster, acknowledged })
    for (const [useCase, { predictions, outcomes, deadLetters, recoveries }] of audits) {
      const { length } = acknowledged(useCase)
      assert.ok(predictions > length && length > 0 && deadLetters > 0 && recoveries > 0)
      t.diagnostic(
        `${useCase}: ${predictions} predictions, ${outcomes} outcomes, ${length} acknowledged by ingest, ${deadLetters} dead letters, ${recoveries} recoveries`,
      )
    }
    for (const { name, tally, connections } of run.followers)
      t.diagnostic(`${name}: ${tally.received} predictions over ${connections} connections`)
  })

  async function recover({
    fault: { kind, target },
    useCase,
    at,
    goneAt,
    back,
  }: { fault: Fault; useCase: string } & Awaited<ReturnType<typeof inflict>>): Promise<void> {
    // The broker's own start is not ours to shorten.
    if (target === 'kafka') await back
    const from = target === 'kafka' ? Date.now() : at
    const readAt = await run.watch.madeAfter(useCase, goneAt, PATIENCE_MS)
    recoveries.push({ after: `${kind} ${target}`, useCase, ms: Math.max(0, readAt - from) })
  }

  /** A record that no learner can read, for every use case. */
  async function poison(): Promise<void> {
    for (const useCase of useCases)
      await run.ports.log.append(topicsOf(useCase).events, [{ value: '{"poison": true' }])
  }
})
