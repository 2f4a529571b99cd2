import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { createAdaptiveRandomForest } from '#learn/online/forest/adaptive-random-forest.ts'
import type { Classifier, Column, Row } from '#learn/online/learner.ts'
import type { LearnerOptions } from '#learn/online/learner-options.ts'
import { createHoeffdingTree } from '#learn/online/tree/hoeffding-tree.ts'
import { type OnlinePeer, type RiverModel, startPeer } from './start-peer.ts'
import { tfdStream } from './tfd-stream.ts'

const ROUNDS = 3
const SEED = 42
/** Predictions timed one by one by their mean. */
const PREDICTIONS = 2000
/** Relative difference of the two log losses that rounding explains. */
const TOLERANCE = 1e-9

interface Contest {
  title: string
  events: number
  create(options: LearnerOptions): Classifier
  params: Readonly<Record<string, string | number>>
  river: RiverModel
}

const metric = { model: 'metrics.ROCAUC', params: { n_thresholds: 50 } }
const river = { model: 'forest.ARFClassifier', params: { seed: SEED, n_models: 10 } }

const contests: readonly Contest[] = [
  {
    title: 'Hoeffding tree',
    events: 10_000,
    create: createHoeffdingTree,
    params: { gracePeriod: 50, delta: 0.01 },
    river: { model: 'tree.HoeffdingTreeClassifier', params: { grace_period: 50, delta: 0.01 } },
  },
  {
    title: 'Adaptive random forest, 10 trees',
    events: 2500,
    create: createAdaptiveRandomForest,
    params: {},
    river,
  },
  {
    title: 'Adaptive random forest, 10 trees weighted by ROC-AUC of 50 thresholds',
    events: 1500,
    create: createAdaptiveRandomForest,
    params: { metric: 'rocauc', thresholds: 50 },
    river: { ...river, params: { ...river.params, metric } },
  },
]

/** How many events a CPU-second do our classification trees learn, and River's on the same events? */
export async function forestSpeed(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'forest-speed-'))
  try {
    await using peer = await startPeer()
    const results: BenchResult[] = []
    for (const contest of contests) results.push(...(await compare(contest, peer, folder)))
    return results
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The same events for both in turn; in River's mode the log losses must agree before anything is said of speed. */
async function compare(contest: Contest, peer: OnlinePeer, folder: string): Promise<BenchResult[]> {
  const { title, events, river: model } = contest
  const data = numbersOnly(events)
  const file = join(folder, 'events.jsonl')
  await writeFile(file, data.rows.map((row, i) => riverLine(data.columns, row, data.labels[i])).join(''))
  const modes = ['river', 'ours'] as const
  const speeds = { river: [] as number[], ours: [] as number[] }
  const predictions = { river: [] as number[], ours: [] as number[] }
  const peers: number[] = []
  // Compiled by now, as River is when it starts.
  for (const mode of modes) run(contest, mode, data)
  for (let round = 0; round < ROUNDS; round++) {
    for (const mode of modes) {
      const { logLoss, cpuSeconds, microseconds } = run(contest, mode, data)
      speeds[mode].push(events / cpuSeconds)
      predictions[mode].push(microseconds)
      if (mode === 'ours') continue
      const answer = await peer.prequential({ file, task: 'classification', model })
      if (!(Math.abs(answer.logLoss - logLoss) <= TOLERANCE * answer.logLoss)) {
        throw new Error(`${title} has a log loss of ${logLoss}, River of ${answer.logLoss}, wanted the same.`)
      }
      peers.push(events / answer.cpuSeconds)
    }
  }
  const theirs = median(peers)
  const asked = await peer.predicting({ file, task: 'classification', model, predictions: 500 })
  return modes.flatMap(mode => [
    {
      name: `${title}, mode ${mode}`,
      ours: median(speeds[mode]),
      peer: theirs,
      ratio: median(speeds[mode]) / theirs,
      unit: 'events/s',
      method: `${events} TFD events of ${data.columns.length} numbers, predict and learn, per CPU-second; median of ${ROUNDS} rounds with River ${peer.versions.river} in turn; equal log losses in mode river`,
      environment: environment(),
    },
    {
      name: `${title}, mode ${mode}, one prediction`,
      ours: median(predictions[mode]),
      peer: asked.microseconds,
      ratio: median(predictions[mode]) / asked.microseconds,
      unit: 'µs',
      method: `mean of ${PREDICTIONS} predictions after ${events} TFD events, warm; median of ${ROUNDS} rounds`,
      environment: environment(),
    },
  ])
}

interface Data {
  columns: readonly Column[]
  rows: readonly Row[]
  labels: Uint8Array
}

/** Categories as the numbers of their first sight, as the reference system feeds them to trees. */
function numbersOnly(count: number): Data {
  const { columns, rows, labels } = tfdStream({ count, seed: '1' })
  return {
    columns: columns.map(({ name }) => ({ name, kind: 'numeric' })),
    rows: rows.map(row => row.map((x, i) => (columns[i]?.kind === 'nominal' && x < 0 ? Number.NaN : x))),
    labels,
  }
}

function riverLine(columns: readonly Column[], row: Row, label: number | undefined): string {
  const there = columns.flatMap(({ name }, i) => (Number.isNaN(row[i]) ? [] : [[name, row[i]]]))
  return `${JSON.stringify({ x: Object.fromEntries(there), y: label })}\n`
}

function run({ create, params }: Contest, mode: string, { columns, rows, labels }: Data) {
  const model = create({ columns, params: { ...params, mode }, seed: SEED })
  const out = new Float64Array(2)
  let loss = 0
  const start = process.cpuUsage()
  rows.forEach((row, i) => {
    const label = labels[i] as number
    model.predictClasses(row, out)
    const p = label === 1 ? (out[1] as number) : 1 - (out[1] as number)
    loss -= Math.log(Math.min(1 - 1e-15, Math.max(1e-15, p)))
    model.learnClass(row, label)
  })
  const { user, system } = process.cpuUsage(start)
  const asked = process.cpuUsage()
  for (let i = 0; i < PREDICTIONS; i++) model.predictClasses(rows[i % rows.length] as Row, out)
  const spent = process.cpuUsage(asked)
  return {
    logLoss: loss / rows.length,
    cpuSeconds: (user + system) / 1e6,
    microseconds: (spent.user + spent.system) / PREDICTIONS,
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}
