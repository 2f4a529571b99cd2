import { kMeans } from '#learn/batch/clustering/k-means.ts'
import { trainBoosting } from '#learn/batch/boosting/train-boosting.ts'
import type { Dataset } from '#learn/batch/dataset.ts'
import { fitDesign } from '#learn/batch/encoder/design.ts'
import { fitEncoder } from '#learn/batch/encoder/encoder.ts'
import { createRandom } from '#learn/math/random.ts'
import type { BatchModel, BatchTask } from '#learn/batch/model/batch-model.ts'
import { buildBatchModel } from '#learn/batch/model/build-batch-model.ts'
import { NO_CALIBRATION } from '#learn/batch/model/calibration-loaders.ts'
import { kMeansClusters } from '#learn/batch/model/k-means-clusters.ts'
import { encodeTable, type Table } from '#learn/batch/table-file.ts'
import { RUN_FILES } from '../training/run-files.ts'
import { takeRows } from './input/take-rows.ts'
import type { RunData } from './run-data.ts'

/** A category such as an attacker may send. */
const MARKUP = '"><script>alert(1)</script><!--'

const CURRENCIES = ['EUR', 'USD', 'GBP', MARKUP]
const WORDS = [
  'red',
  'lamp',
  'kitchen',
  'wireless',
  'mouse',
  'running',
  'shoes',
  'blue',
  'jacket',
  'cheap',
  '<b>tea</b>',
]

interface Size {
  rows?: number
  iterations?: number
  seed?: number
}

/** A run of each task over made-up rows: two informative numbers, one with gaps, a constant, two columns of categories. */
export async function testRun(
  task: BatchTask,
  { rows = 900, iterations = 15, seed = 7 }: Size = {},
): Promise<RunData> {
  const random = createRandom(seed)
  const data = rowsOf(rows, random.next)
  const model = await modelOf(task, data, random.next, iterations)
  const parts = task === 'clustering' ? [1] : [0.7, 0.15, 0.15]
  let from = 0
  const [train, validation = null, test = null] = parts.map(share => {
    const to = Math.min(rows, from + Math.round(share * rows))
    const table = tableOf(task, model.model, data, model.labels, from, to)
    from = to
    return table
  })
  const known = task === 'clustering' ? null : { rows: 1, from: 0, to: 1, positives: null }
  return {
    run: `run-of-${task}`,
    manifest: {
      v: 1,
      software: '1.0.0',
      spec: {
        useCase: { classification: 'TFD', regression: 'ETA', clustering: 'ECCI' }[task],
        learner: task === 'clustering' ? 'k-means' : 'gradient-boosting',
        parameters: {},
        rows: null,
        fraction: null,
        version: 3,
        labelsVersion: null,
        seed: 42,
        segment: task === 'clustering' ? 'EVENTS' : null,
        includeDebugFeatures: false,
      },
      featuresHash: '0',
      modelHash: '0',
      modelBytes: 0,
      features: data.columns.map(({ name }) => name),
      split: { train: known, validation: known, test: known },
      threshold: null,
      stopped: { reason: 'LIMIT', iterations: 40, best: 31 },
    },
    model: model.model,
    train: train as Table,
    validation,
    test,
    curve:
      task === 'clustering'
        ? []
        : Array.from({ length: 40 }, (_, i) => ({
            iteration: i + 1,
            train: 1 / (i + 2),
            validation: 1 / (i + 2) + 0.01,
            metric: i / 40,
          })),
    kSearch: [],
    texts:
      task === 'clustering'
        ? Array.from({ length: 120 }, () => ({
            text: Array.from({ length: 1 + random.below(4) }, () => WORDS[random.below(WORDS.length)]).join(
              ' ',
            ),
            cluster: random.below(3),
          }))
        : [],
  }
}

/** The same run as its files, as a training leaves them. */
export function filesOf({ manifest, model, train, validation, test, curve, kSearch, texts }: RunData) {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  return new Map<string, Uint8Array>([
    [RUN_FILES.manifest, json(manifest)],
    [RUN_FILES.model, new Uint8Array(model.save())],
    [RUN_FILES.train, encodeTable(train)],
    ...(validation ? [[RUN_FILES.validation, encodeTable(validation)] as const] : []),
    ...(test ? [[RUN_FILES.test, encodeTable(test)] as const] : []),
    [RUN_FILES.curve, json(curve)],
    [RUN_FILES.kSearch, json(kSearch)],
    [RUN_FILES.texts, json(texts)],
  ])
}

function rowsOf(rows: number, next: () => number): Dataset {
  const numbers = (of: () => number) => Float64Array.from({ length: rows }, of)
  const codes = (count: number) =>
    Int32Array.from({ length: rows }, () => Math.floor(next() * next() * count))
  return {
    rows,
    columns: [
      { name: 'amount', kind: 'numeric' },
      { name: 'age', kind: 'numeric' },
      { name: 'always', kind: 'numeric' },
      { name: 'currency', kind: 'nominal', categories: CURRENCIES },
      { name: 'merchant', kind: 'nominal', categories: Array.from({ length: 40 }, (_, i) => `m${i}`) },
    ],
    values: [
      numbers(() => -Math.log(1 - next()) * 100),
      numbers(() => (next() < 0.1 ? Number.NaN : next() * 1000)),
      numbers(() => 1),
      codes(CURRENCIES.length),
      codes(40),
    ],
  }
}

async function modelOf(
  task: BatchTask,
  data: Dataset,
  next: () => number,
  iterations: number,
): Promise<{ model: BatchModel; labels: Float64Array | null }> {
  const encoder = fitEncoder(data)
  const known = encoder.recode(data)
  const common = { encoder, windows: [], learner: task === 'clustering' ? 'k-means' : 'gradient-boosting' }
  if (task === 'clustering') {
    const design = fitDesign(known)
    const { centers } = kMeans({ data: design.all(known), width: design.width, k: 3, seed: 1, restarts: 1 })
    return {
      model: buildBatchModel({ ...common, task, clustering: kMeansClusters(design, centers) }),
      labels: null,
    }
  }
  const signal = (row: number) => (known.values[0]?.[row] ?? 0) / 100 + (known.values[3]?.[row] === 2 ? 2 : 0)
  const labels = Float64Array.from({ length: data.rows }, (_, row) =>
    task === 'regression'
      ? 300 + 100 * signal(row) + 20 * next()
      : Number(next() < 1 / (1 + Math.exp(3 - signal(row)))),
  )
  const { scorer } = await trainBoosting({
    objective: task === 'regression' ? 'regression' : 'binary',
    train: {
      data: takeRows(known, [...Array(Math.round(0.7 * data.rows)).keys()]),
      labels: labels.slice(0, Math.round(0.7 * data.rows)),
    },
    validation: null,
    params: { iterations, learningRate: 0.2 },
    seed: 3,
  })
  const parts = { ...common, kind: 'boosting', scorer }
  return task === 'regression'
    ? {
        labels,
        model: buildBatchModel({
          ...parts,
          task,
          scale: null,
          interval: { relative: false, low: -50, high: 50, coverage: 0.9 },
        }),
      }
    : { labels, model: buildBatchModel({ ...parts, task, calibration: NO_CALIBRATION, threshold: 0.3 }) }
}

function tableOf(
  task: BatchTask,
  model: BatchModel,
  data: Dataset,
  labels: Float64Array | null,
  from: number,
  to: number,
): Table {
  const rows = Array.from({ length: to - from }, (_, i) => from + i)
  const part = takeRows(fitEncoder(data).recode(data), rows)
  const answers = rows.map((_, i) =>
    model.answer(Float64Array.from(part.values, column => column[i] ?? Number.NaN)),
  )
  const column = (of: (i: number) => number) => Float64Array.from(rows, (_, i) => of(i))
  return {
    ...part,
    extra: {
      ...(labels ? { label: labels.slice(from, to) } : {}),
      ...(task === 'clustering' ? { cluster: column(i => answers[i]?.cluster ?? -1) } : {}),
      score: column(i => answers[i]?.score ?? Number.NaN),
      raw: column(i => answers[i]?.raw ?? Number.NaN),
      eventTime: column(i => 1_700_000_000_000 + 1000 * (from + i)),
    },
    of: rows.length,
    seed: 42,
  }
}
