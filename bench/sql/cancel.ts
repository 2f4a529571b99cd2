import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlEngine, SqlRelation } from '#ports/sql-engine.ts'

const ROUNDS = 20
const ENDLESS = 'SELECT count(*) FROM data a, data b WHERE hash(a.id) = hash(b.id + 1) + a.id % 7'

/** Milliseconds from `cancel` until the engine runs nothing any more. */
export async function cancelTimes(engine: SqlEngine, data: SqlRelation): Promise<readonly number[]> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await using run = engine.run({
      id: `cancel-${round}`,
      statement: ENDLESS,
      relations: [data],
      maxRows: 1,
      maxBytes: 1000,
      timeoutMs: 60_000,
    })
    while (engine.status().running === 0) await sleep(1)
    await sleep(400 + round * 20)
    const start = performance.now()
    run.cancel()
    await run.summary.catch(() => {})
    while (engine.status().running > 0) await sleep(1)
    times.push(performance.now() - start)
  }
  return times
}
