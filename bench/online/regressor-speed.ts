import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { parityEvents } from '#bench/limits/parity-events.ts'
import { expectTask, labelledEvents } from '#bench/quality/prequential.ts'
import type { Column, Row } from '#learn/online/learner.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { startPeer, type OnlinePeer, type RiverModel } from './start-peer.ts'

const ROUNDS = 3
const SEED = 42
/** Relative difference of the two mean absolute errors that rounding explains. */
const TOLERANCE = 1e-9

interface Contest {
  title: string
  learner: string
  /** Of ours; the mode is added. */
  params: Readonly<Record<string, string | number>>
  river: RiverModel
  events: number
}

const contests: readonly Contest[] = [
  {
    title: 'Hoeffding tree regressor, mean leaves',
    learner: 'hoeffding-tree-regressor',
    params: { leaf: 'mean' },
    river: { model: 'tree.HoeffdingTreeRegressor', params: { leaf_prediction: 'mean' } },
    events: 10_000,
  },
  {
    title: 'Adaptive random forest regressor, 10 trees, mean leaves',
    learner: 'adaptive-random-forest-regressor',
    params: { leaf: 'mean' },
    river: { model: 'forest.ARFRegressor', params: { leaf_prediction: 'mean', seed: SEED } },
    events: 2000,
  },
]

/** How many events a CPU-second do our regression trees learn, and River's on the same events? */
export async function regressorSpeed(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'regressor-speed-'))
  try {
    await using peer = await startPeer()
    const results: BenchResult[] = []
    for (const contest of contests) results.push(...(await compare(contest, peer, folder)))
    return results
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The same events for both in turn; in River's mode the errors must agree before anything is said of speed. */
async function compare(contest: Contest, peer: OnlinePeer, folder: string): Promise<BenchResult[]> {
  const { title, learner, river, events } = contest
  const data = rowsOf(events)
  const file = join(folder, `${learner}.jsonl`)
  await writeFile(file, data.rows.map((row, i) => riverLine(data.columns, row, data.targets[i])).join(''))
  const modes = ['river', 'ours'] as const
  const speeds = { river: [] as number[], ours: [] as number[] }
  const peers: number[] = []
  // Compiled by now, as River is when it starts.
  for (const mode of modes) run(contest, mode, data)
  for (let round = 0; round < ROUNDS; round++) {
    for (const mode of modes) {
      const { mae, cpuSeconds } = run(contest, mode, data)
      speeds[mode].push(events / cpuSeconds)
      if (mode === 'ours') continue
      const answer = await peer.prequential({ file, task: 'regression', model: river })
      if (!(Math.abs(answer.mae - mae) <= TOLERANCE * answer.mae)) {
        throw new Error(`${title} errs by ${mae} s on average, River by ${answer.mae} s, wanted the same.`)
      }
      peers.push(events / answer.cpuSeconds)
    }
  }
  const theirs = median(peers)
  return modes.map(mode => ({
    name: `${title}, mode ${mode}`,
    ours: median(speeds[mode]),
    peer: theirs,
    ratio: median(speeds[mode]) / theirs,
    unit: 'events/s',
    method: `${events} ETA events, predict and learn, per CPU-second; median of ${ROUNDS} rounds with River ${peer.versions.river} in turn; equal errors in mode river`,
    environment: environment(),
  }))
}

interface Data {
  columns: readonly Column[]
  rows: Row[]
  targets: number[]
}

function rowsOf(count: number): Data {
  const events = parityEvents(eta, { count, seed: '1' }) as readonly JsonEvent[]
  const encoder = createRowEncoder(eta.features)
  const labelled = labelledEvents(eta, events)
  const rows = labelled.map(({ event }) => encoder.encode(event))
  return { columns: encoder.columns, rows, targets: labelled.map(({ label }) => label) }
}

/** Categories as texts whose order is that of our codes, by which ties are settled. */
function riverLine(columns: readonly Column[], row: Row, target: number | undefined): string {
  const there = columns.flatMap(({ name, kind }, i): [string, string | number][] => {
    const value = row[i] as number
    if (kind === 'numeric') return Number.isNaN(value) ? [] : [[name, value]]
    return value < 0 ? [] : [[name, String(value).padStart(6, '0')]]
  })
  return `${JSON.stringify({ x: Object.fromEntries(there), y: target })}\n`
}

function run({ learner, params }: Contest, mode: string, { columns, rows, targets }: Data) {
  const model = expectTask(
    createLearner(learner, { columns, params: { ...params, mode }, seed: SEED }),
    'regression',
  )
  let sum = 0
  const start = process.cpuUsage()
  rows.forEach((row, i) => {
    const target = targets[i] as number
    sum += Math.abs(target - model.predict(row))
    model.learn(row, target)
  })
  const { user, system } = process.cpuUsage(start)
  return { mae: sum / rows.length, cpuSeconds: (user + system) / 1e6 }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}
