import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { parityEvents } from '#bench/limits/parity-events.ts'
import { labelledEvents } from '#bench/quality/prequential.ts'
import { phishing } from '#examples/phishing.ts'
import { trumpApproval } from '#examples/trump-approval.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { type RiverModel, startPeer } from './start-peer.ts'
import { writeExamples } from './write-examples.ts'

const scaled = { before: [{ model: 'preprocessing.StandardScaler' }] }
/** What River's documentation and users take for such data; the best of them counts. */
const CLASSIFIERS: readonly RiverModel[] = [
  { model: 'linear_model.LogisticRegression', ...scaled },
  {
    model: 'linear_model.LogisticRegression',
    params: { optimizer: { model: 'optim.AdaGrad', params: { lr: 0.1 } } },
    ...scaled,
  },
  { model: 'naive_bayes.GaussianNB' },
  { model: 'tree.HoeffdingTreeClassifier' },
  { model: 'forest.ARFClassifier', params: { seed: 1 } },
]
const REGRESSORS: readonly RiverModel[] = [
  { model: 'linear_model.LinearRegression', params: { intercept_lr: 0.1 }, ...scaled },
  { model: 'linear_model.BayesianLinearRegression', ...scaled },
  { model: 'linear_model.PARegressor', ...scaled },
  { model: 'neighbors.KNNRegressor', ...scaled },
  { model: 'tree.HoeffdingTreeRegressor', ...scaled },
  { model: 'forest.ARFRegressor', params: { seed: 1 }, ...scaled },
]

interface Example {
  useCase: UseCase
  rows: number
  models: readonly RiverModel[]
  score: 'logLoss' | 'mae'
  unit: string
}

const EXAMPLES: readonly Example[] = [
  {
    useCase: phishing as unknown as UseCase,
    rows: 1250,
    models: CLASSIFIERS,
    score: 'logLoss',
    unit: 'nats',
  },
  {
    useCase: trumpApproval as unknown as UseCase,
    rows: 1001,
    models: REGRESSORS,
    score: 'mae',
    unit: 'per cent',
  },
]

/** How good are the declared learners of the examples beside River's on the same rows in the same order? */
export async function examples(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-examples-'))
  await using peer = await startPeer()
  try {
    const results: BenchResult[] = []
    for (const { useCase, rows, models, score, unit } of EXAMPLES) {
      const events = parityEvents(useCase, { count: rows, seed: 1 })
      const file = join(folder, `${useCase.id}.jsonl`)
      const task = useCase.task as 'classification' | 'regression'
      // River takes numbers as numbers, so its learners see the rows as they are.
      await writeExamples(file, useCase, events, { asNumbers: true })
      const ours = meanLoss(useCase, events)
      for (const model of models) {
        const { [score]: theirs } = await peer.prequential({ file, task, model })
        const steps = [...(model.before ?? []), model].map(step => describe(step))
        results.push({
          name: `${useCase.title}, ${useCase.online.learner} beside ${steps.join(' | ')}`,
          ours,
          peer: theirs,
          ratio: ours / theirs,
          unit,
          method: `${score} of ${rows} rows, each predicted before it is learned, from the first on; River ${peer.versions.river}; smaller is better`,
          environment: environment(),
        })
      }
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Log loss, clipped as everywhere at 1e-15, or absolute error. */
function meanLoss(useCase: UseCase, events: readonly JsonEvent[]): number {
  const encoder = createRowEncoder(useCase.features)
  const { learner: name, params } = useCase.online
  const learner = createLearner(name, { columns: encoder.columns, params, seed: 1 })
  let sum = 0
  for (const { event, label } of labelledEvents(useCase, events)) {
    const row = encoder.encode(event)
    if (learner.task === 'classification') {
      const p = learner.predict(row)
      sum -= Math.log(Math.min(1 - 1e-15, Math.max(1e-15, label === 1 ? p : 1 - p)))
      learner.learn(row, label === 1 ? 1 : 0)
    } else if (learner.task === 'regression') {
      sum += Math.abs(learner.predict(row) - label)
      learner.learn(row, label)
    }
  }
  return sum / events.length
}

/** Such as `LogisticRegression AdaGrad`. */
function describe({ model, params = {} }: RiverModel): string {
  const parts = Object.values(params).flatMap(value =>
    typeof value === 'object' && value !== null && 'model' in value ? [String(value.model)] : [],
  )
  return [model, ...parts].map(name => name.replace(/^.*\./, '')).join(' ')
}
