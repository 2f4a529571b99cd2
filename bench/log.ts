import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchResult } from './bench-result.ts'
import { environment as machine } from './environment.ts'
import { killMany } from './log/kill-many.ts'
import { measureSync } from './log/measure-sync.ts'
import { median } from './log/median.ts'
import { runSegments } from './log/run-segments.ts'
import { runSqlite } from './log/run-sqlite.ts'
import { BATCH_RECORDS, BATCHES, RECORD_BYTES } from './log/workload.ts'

const ROUNDS = 5
const KILLS = 100

/** How fast the embedded event log takes and gives records, and whether it keeps what it acknowledged. */
export const run = async (): Promise<BenchResult[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-log-'))
  try {
    const environment = { ...machine(), writeAndSyncMs: await measureSync(join(directory, 'sync')) }
    const ours: { append: number; read: number }[] = []
    const peer: { append: number; read: number }[] = []
    // The first round warms both up and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      const runs = [
        async () => ours.push(await runSegments(join(directory, `ours-${round}`))),
        async () => peer.push(await runSqlite(join(directory, `peer-${round}`))),
      ]
      // Taking turns at going first, so that neither always meets the disk as the other left it.
      for (const run of round % 2 === 0 ? runs : runs.toReversed()) await run()
    }
    const kills = await killMany(directory, KILLS)
    const work = `${BATCHES} batches of ${BATCH_RECORDS} records of ${RECORD_BYTES} B, one caller, one partition`
    const rounds = `median of ${ROUNDS} rounds after one to warm up, interleaved; every record read back and compared`
    const compare = (what: 'append' | 'read', method: string): BenchResult => {
      const [a, b] = [
        median(ours.slice(1).map(result => result[what])),
        median(peer.slice(1).map(result => result[what])),
      ]
      return { name: `log-${what}`, ours: a, peer: b, ratio: a / b, unit: 'records/s', method, environment }
    }
    const killed = `${KILLS} times SIGKILL of a process that appends from 4 callers, ${kills.acknowledged} acknowledged records compared after reopening`
    const count = (name: string, ours: number): BenchResult => {
      return { name, ours, peer: null, ratio: null, unit: 'records', method: killed, environment }
    }
    return [
      compare(
        'append',
        `${work}, each batch durable (fdatasync) before the next; peer: node:sqlite, WAL, synchronous=FULL, one transaction a batch, primary key topic, partition, offset; ${rounds}`,
      ),
      compare(
        'read',
        `the same records read from their files in offset order; peer: SELECT in key order, rows iterated; ${rounds}`,
      ),
      count('log-kill-lost', kills.lost),
      count('log-kill-torn', kills.torn),
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
