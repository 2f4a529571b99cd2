import type { Task } from '#use-cases/metric-names.ts'

interface NumberParameter {
  readonly default: number
  readonly min: number
  readonly max: number
  readonly integer?: boolean
}

interface ChoiceParameter {
  readonly default: string
  readonly choices: readonly string[]
}

export type Parameter = NumberParameter | ChoiceParameter | { readonly default: string }
export type Parameters = Readonly<Record<string, Parameter>>

const split = {
  /** Shares of the rows by event time; what they leave is trained with. */
  validationShare: { default: 0.15, min: 0.05, max: 0.4 },
  testShare: { default: 0.15, min: 0.05, max: 0.4 },
  /** Whether windows over earlier events of the same entity are columns. */
  windows: { default: 'off', choices: ['off', 'on'] },
} as const satisfies Parameters

const classification = {
  ...split,
  /** What the threshold is tuned for on the validation part. */
  thresholdMetric: { default: 'fbeta2', choices: ['f1', 'fbeta2', 'cost'] },
  /** Of the threshold metric `cost`. */
  falseNegativeCost: { default: 10, min: 0, max: 1e9 },
  falsePositiveCost: { default: 1, min: 0, max: 1e9 },
  /** How probabilities are corrected by the validation part. */
  calibration: { default: 'auto', choices: ['auto', 'none', 'platt', 'isotonic'] },
} as const satisfies Parameters

const regression = {
  ...split,
  /** What is minimised: absolute errors lead to medians, squared ones to means. */
  loss: { default: 'absolute', choices: ['absolute', 'squared'] },
  /** Whether the label is learnt as a multiple of a column; `auto` looks for one. */
  scale: { default: 'auto', choices: ['auto', 'none'] },
  /** Share of future rows that intervals shall hold. */
  coverage: { default: 0.9, min: 0.5, max: 0.999 },
} as const satisfies Parameters

/** Parameters of the training around a learner: the split, and what the validation part decides. */
export const PIPELINE_PARAMETERS: Readonly<Record<Task, Parameters>> = {
  classification,
  regression,
  clustering: {},
}
