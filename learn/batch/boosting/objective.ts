/** What boosting minimises. Scores, gradients and hessians hold all rows of output 0, then those of output 1, and so on. */
export interface Objective {
  readonly outputs: number
  /** Best constant score of each output. */
  readonly start: Float64Array
  /** Whether every row's second derivative is 1, so that counts can stand for their sums. */
  readonly constantHessian: boolean
  /** First and second derivatives of the loss of each row by its scores. Returns the mean loss. */
  gradients(scores: Float64Array, gradient: Float64Array, hessian: Float64Array): number
  /** Where a leaf's best value is not a Newton step: the step for rows[from..to) whose scores are these. */
  leafStep?(rows: Int32Array, from: number, to: number, scores: Float64Array): number
}

/** Labels and weights (null: 1 each) of the training rows. */
export interface ObjectiveInput {
  readonly labels: Float64Array
  readonly weights: Float64Array | null
}
