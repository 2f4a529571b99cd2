import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { BenchResult } from './bench-result.ts'
import { environment } from './environment.ts'
import { makeEvents } from './lake/make-events.ts'
import { startPeer, startSink, type WriteRun } from './lake/peer.ts'
import { median } from './log/median.ts'

const EVENTS = 200_000
const ROUNDS = 5
/** Rows in a commit of the peer: as many as the sink's six MiB hold. */
const PEER_BATCH = 9_000

/** How fast do events go from the log to a Delta table, and in how much memory? */
export async function run(): Promise<BenchResult[]> {
  const useCase = tfd as UseCase
  const directory = await mkdtemp(join(tmpdir(), 'bench-lake-'))
  const [logDirectory, file] = [join(directory, 'log'), join(directory, 'events.ndjson')]
  try {
    const bytes = await makeEvents({ useCase, count: EVENTS, logDirectory, file })
    const columns = [file, useCase.time, useCase.key, useCase.topic]
    await using sink = await startSink(logDirectory)
    await using small = await startPeer('write-delta-rs.py', [...columns, String(PEER_BATCH)])
    await using whole = await startPeer('write-delta-rs.py', [...columns, String(EVENTS)])
    await using spark = await startPeer('write-spark.py', [file, useCase.topic])
    const runs = {
      ours: [] as WriteRun[],
      small: [] as WriteRun[],
      whole: [] as WriteRun[],
      spark: [] as WriteRun[],
    }
    // The first round warms all of them up and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      const folder = (name: string) => join(directory, `${name}-${round}`)
      const turns = [
        async () => runs.ours.push(await sink.write(folder('ours'))),
        async () => runs.small.push(await small.write(folder('small'))),
        async () => runs.whole.push(await whole.write(folder('whole'))),
        async () => runs.spark.push(await spark.write(folder('spark'))),
      ]
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
      for (const name of Object.keys(runs)) await rm(folder(name), { recursive: true, force: true })
    }
    const fresh = await peakOf(logDirectory, join(directory, 'fresh'))
    for (const [name, { length }, rows] of Object.entries(runs).map(
      ([name, all]) => [name, all, all.map(r => r.rows)] as const,
    )) {
      if (rows.some(count => count !== EVENTS))
        throw new Error(`${name}: ${rows} rows in ${length} runs, ${EVENTS} wanted.`)
    }
    const rate = (all: readonly WriteRun[]) => median(all.slice(1).map(({ seconds }) => EVENTS / seconds))
    const how = `${EVENTS} generated TFD events of ${Math.round(bytes / EVENTS)} bytes; ours: from the durable log, each record validated, lineage and statistics added, commits of 6 MiB with positions, from opening the lake to the last commit, process warm; median of ${ROUNDS} rounds after one to warm up, interleaved; rows counted in every table`
    const compare = (name: string, peer: readonly WriteRun[], method: string): BenchResult => ({
      name,
      ours: rate(runs.ours),
      peer: rate(peer),
      ratio: rate(runs.ours) / rate(peer),
      unit: 'rows/s',
      method: `${how}; peer: ${method}`,
      environment: environment(),
    })
    const same = 'the same rows from a file of JSON lines by pyarrow, with the same lineage, not validated'
    return [
      compare(
        'log to Delta, beside delta-rs in commits of the same size',
        runs.small,
        `write_deltalake, ${same}, process warm`,
      ),
      compare(
        'log to Delta, beside delta-rs in one commit',
        runs.whole,
        `write_deltalake, ${same}, all in memory at once, process warm`,
      ),
      compare('log to Delta, beside Spark', runs.spark, 'Spark 4.0.1, local[2], one commit, session warm'),
      {
        name: 'memory of a process that fills a lake, at its peak',
        ours: fresh / 2 ** 20,
        peer: median(runs.small.slice(1).map(({ peakBytes }) => (peakBytes ?? 0) / 2 ** 20)),
        ratio: null,
        unit: 'MiB',
        method: `the same ${EVENTS} events by a new process, resident, Node and DuckDB included; peer: delta-rs in commits of the same size, which holds the whole file`,
        environment: environment(),
      },
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Bytes, of a process that does it once. */
async function peakOf(logDirectory: string, folder: string): Promise<number> {
  await using sink = await startSink(logDirectory)
  return (await sink.write(folder)).peakBytes ?? Number.NaN
}
