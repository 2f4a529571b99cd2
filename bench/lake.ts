import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { BenchResult } from './bench-result.ts'
import { environment } from './environment.ts'
import { makeEvents } from './lake/make-events.ts'
import { startPeer, type WriteRun } from './lake/peer.ts'
import { median } from './log/median.ts'

const EVENTS = 200_000
const ROUNDS = 5
/** Rows in a commit of the peer: as many as the sink's eight MiB hold. */
const PEER_BATCH = 13_000
const SINK = join(import.meta.dirname, 'lake/run-sink.ts')

interface SinkRun extends WriteRun {
  cpuSeconds: number
  peakBytes: number
}

/** How fast do events go from the log to a Delta table, and in how much memory? */
export async function run(): Promise<BenchResult[]> {
  const useCase = tfd as UseCase
  const directory = await mkdtemp(join(tmpdir(), 'bench-lake-'))
  const [logDirectory, file] = [join(directory, 'log'), join(directory, 'events.ndjson')]
  try {
    const bytes = await makeEvents({ useCase, count: EVENTS, logDirectory, file })
    const columns = [file, useCase.time, useCase.key, useCase.topic]
    await using small = await startPeer('write-delta-rs.py', [...columns, String(PEER_BATCH)])
    await using whole = await startPeer('write-delta-rs.py', [...columns, String(EVENTS)])
    await using spark = await startPeer('write-spark.py', [file, useCase.topic])
    const runs = {
      ours: [] as SinkRun[],
      small: [] as WriteRun[],
      whole: [] as WriteRun[],
      spark: [] as WriteRun[],
    }
    // The first round warms all of them up and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      const folder = (name: string) => join(directory, `${name}-${round}`)
      const turns = [
        async () => runs.ours.push(await runSink(logDirectory, folder('ours'))),
        async () => runs.small.push(await small.write(folder('small'))),
        async () => runs.whole.push(await whole.write(folder('whole'))),
        async () => runs.spark.push(await spark.write(folder('spark'))),
      ]
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
      for (const name of Object.keys(runs)) await rm(folder(name), { recursive: true, force: true })
    }
    for (const [name, { length }, rows] of Object.entries(runs).map(
      ([name, all]) => [name, all, all.map(r => r.rows)] as const,
    )) {
      if (rows.some(count => count !== EVENTS))
        throw new Error(`${name}: ${rows} rows in ${length} runs, ${EVENTS} wanted.`)
    }
    const rate = (all: readonly WriteRun[]) => median(all.slice(1).map(({ seconds }) => EVENTS / seconds))
    const how = `${EVENTS} generated TFD events of ${Math.round(bytes / EVENTS)} bytes; ours: from the durable log, each record validated, lineage and statistics added, commits of 8 MiB with positions, in a new process each time, its start not counted; median of ${ROUNDS} rounds after one to warm up, interleaved; rows counted in every table`
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
        name: 'memory of the process that fills the lake, at its peak',
        ours: median(runs.ours.slice(1).map(({ peakBytes }) => peakBytes / 2 ** 20)),
        peer: median(runs.small.slice(1).map(({ peakBytes }) => (peakBytes ?? 0) / 2 ** 20)),
        ratio: null,
        unit: 'MiB',
        method: `${how}; resident, Node and DuckDB included; peer: delta-rs in commits of the same size, which holds the whole file`,
        environment: environment(),
      },
      {
        name: 'rows for each second of CPU',
        ours: median(runs.ours.slice(1).map(({ cpuSeconds }) => EVENTS / cpuSeconds)),
        peer: null,
        ratio: null,
        unit: 'rows/CPU s',
        method: how,
        environment: environment(),
      },
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function runSink(logDirectory: string, directory: string): Promise<SinkRun> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    SINK,
    logDirectory,
    directory,
  ])
  return JSON.parse(stdout) as SinkRun
}
