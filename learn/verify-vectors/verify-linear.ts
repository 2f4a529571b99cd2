import { createAlmaClassifier } from '../online/linear/alma-classifier.ts'
import { createBayesianLinearRegression } from '../online/linear/bayesian-linear-regression.ts'
import { createLinearRegression } from '../online/linear/linear-regression.ts'
import { createLogisticRegression } from '../online/linear/logistic-regression.ts'
import { createPassiveAggressiveClassifier } from '../online/linear/passive-aggressive-classifier.ts'
import { createPassiveAggressiveRegressor } from '../online/linear/passive-aggressive-regressor.ts'
import { createPerceptron } from '../online/linear/perceptron.ts'
import { createRegressionJackknife } from '../online/linear/regression-jackknife.ts'
import type { BinaryClassifier, Column, Regressor, Row } from '../online/learner.ts'
import type { LearnerOptions, ParameterValue } from '../online/learner-options.ts'
import { createStandardScaler } from '../online/preprocess/standard-scaler.ts'
import { type Comparison, createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

type Point = { n: number; out: number[] }
type Bounds = { n: number; lower: number; upper: number; covered: number }
type Example = { row: Row; label: 0 | 1; target: number }

interface LinearVectors {
  data: [Record<string, number>, 0 | 1, number][]
  probes: Record<string, number>[]
  models: Record<string, Point[] | Bounds[] | Record<string, number>>
}

const TOLERANCE = 1e-9
const JACKKNIFE = 'RegressionJackknife_0.9_StandardScaler_LinReg'
const DELAYED = 'progressive_val_LogLoss_LogReg_delay_in_rows'

/** Linear models, jackknife intervals and delayed evaluation against River's. */
export const verifyLinear: VectorVerifier = ({ bytes }) => {
  const { data, probes, models } = jsonOf<LinearVectors>(bytes)
  const names = Object.keys(data[0][0])
  const columns: Column[] = names.map(name => ({ name, kind: 'numeric' }))
  const rowOf = (x: Record<string, number>): Row => Float64Array.from(names, name => x[name])
  const examples = data.map(([x, label, target]): Example => ({ row: rowOf(x), label, target }))
  const rows = probes.map(rowOf)
  const comparison = createComparison()
  const made = learners(columns)
  for (const [name, expected] of Object.entries(models)) {
    if (name === JACKKNIFE) jackknife(comparison, examples, expected as Bounds[])
    else if (name === DELAYED) delayed(comparison, made.LogReg_default, examples, expected)
    else if (!Object.hasOwn(made, name)) comparison.same(name, 'unknown', 0, 0)
    else probe(comparison, name, made[name](), examples, rows, expected as Point[])
  }
  return comparison.verdict
}

function learners(columns: readonly Column[]): Record<string, () => BinaryClassifier | Regressor> {
  const of =
    <L>(create: (options: LearnerOptions) => L, params: Record<string, ParameterValue> = {}) =>
    () =>
      create({ columns, params: { mode: 'river', ...params } })
  const sgd = { optimizer: 'sgd', rate: 0.01 }
  return {
    LogReg_default: of(createLogisticRegression, sgd),
    LogReg_l2: of(createLogisticRegression, { optimizer: 'sgd', rate: 0.05, l2: 0.01 }),
    LogReg_FTRL: of(createLogisticRegression, {
      optimizer: 'ftrl',
      rate: 0.05,
      beta: 1,
      l1: 0.001,
      ftrlL2: 1,
    }),
    LogReg_Adam: of(createLogisticRegression, { optimizer: 'adam', rate: 0.01 }),
    LogReg_AdaGrad: of(createLogisticRegression, { optimizer: 'adagrad', rate: 0.1 }),
    PAClassifier: of(createPassiveAggressiveClassifier, { aggressiveness: 0.01, variant: 1 }),
    Perceptron: of(createPerceptron),
    ALMA: of(createAlmaClassifier),
    LinReg_default: of(createLinearRegression, sgd),
    LinReg_l2: of(createLinearRegression, { ...sgd, l2: 0.01 }),
    PARegressor: of(createPassiveAggressiveRegressor, { aggressiveness: 1, variant: 1, tolerance: 0.1 }),
    BayesLR: of(createBayesianLinearRegression),
  }
}

function probe(
  comparison: Comparison,
  name: string,
  learner: BinaryClassifier | Regressor,
  examples: readonly Example[],
  probes: readonly Row[],
  expected: readonly Point[],
): void {
  let next = 0
  examples.forEach((example, i) => {
    learn(learner, example)
    if (expected[next]?.n !== i + 1) return
    const found = probes.map(row => learner.predict(row))
    const wanted = expected[next++].out
    if (typeof wanted[0] === 'boolean') {
      comparison.same(
        `${name}.${i + 1}`,
        found.map(p => Number(p > 0.5)),
        wanted.map(Number),
        0,
      )
    } else comparison.same(`${name}.${i + 1}`, found, wanted, TOLERANCE)
  })
  comparison.same(`${name}.checkpoints`, next, expected.length, 0)
}

function learn(learner: BinaryClassifier | Regressor, { row, label, target }: Example): void {
  if (learner.task === 'classification') learner.learn(row, label)
  else learner.learn(row, target)
}

/** River's pipeline learns its scaler from a row just before the regression does, not before predicting. */
function jackknife(comparison: Comparison, examples: readonly Example[], expected: readonly Bounds[]): void {
  const width = examples[0].row.length
  const columns = Array.from({ length: width }, (_, i): Column => ({ name: `${i}`, kind: 'numeric' }))
  const scaler = createStandardScaler(width)
  const model = createLinearRegression({ columns, params: { mode: 'river', optimizer: 'sgd', rate: 0.01 } })
  const bounds = createRegressionJackknife(0.9)
  const out = new Float64Array(2)
  const scaled = (row: Row) => row.map((value, i) => scaler.scale(i, value))
  let covered = 0
  let next = 0
  examples.forEach(({ row, target }, at) => {
    const prediction = model.predict(scaled(row))
    bounds.interval(prediction, out)
    if (out[0] <= target && target <= out[1]) covered++
    const point = expected[next]
    if (point?.n === at + 1) {
      next++
      comparison.same(
        `${JACKKNIFE}.${at + 1}`,
        [...out, covered],
        [point.lower, point.upper, point.covered],
        1e-9,
      )
    }
    bounds.update(prediction, target)
    row.forEach((value, i) => scaler.learn(i, value))
    model.learn(scaled(row), target)
  })
  comparison.same(`${JACKKNIFE}.checkpoints`, next, expected.length, 0)
}

/** Answers come `delay` rows late, each scored by the prediction made when its row arrived, before the next is made. */
function delayed(
  comparison: Comparison,
  create: () => BinaryClassifier | Regressor,
  examples: readonly Example[],
  expected: Point[] | Bounds[] | Record<string, number>,
): void {
  for (const [delay, wanted] of Object.entries(expected)) {
    const learner = create()
    const rows = delay === 'None' ? 0 : Number(delay)
    const predictions = new Float64Array(examples.length)
    let loss = 0
    const reveal = (i: number): void => {
      const p = Math.min(1 - 1e-15, Math.max(1e-15, predictions[i]))
      loss -= Math.log(examples[i].label === 1 ? p : 1 - p)
      learn(learner, examples[i])
    }
    examples.forEach(({ row }, i) => {
      if (rows > 0 && i >= rows) reveal(i - rows)
      predictions[i] = learner.predict(row)
      if (rows === 0) reveal(i)
    })
    for (let i = Math.max(0, examples.length - rows); rows > 0 && i < examples.length; i++) reveal(i)
    comparison.same(`${DELAYED}.${delay}`, loss / examples.length, wanted, TOLERANCE)
  }
}
