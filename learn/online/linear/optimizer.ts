/** Weights of a linear model with two numbers of memory each, which an optimiser uses as it needs. */
export interface WeightState {
  weights: Float64Array
  first: Float64Array
  second: Float64Array
}

/** One step along a gradient, weight by weight. */
export interface Optimizer {
  /** Called once per example, before its weights; `iteration` counts from 0. */
  begin(iteration: number): void
  /** Moves weight i, whose gradient is given. */
  step(state: WeightState, i: number, gradient: number): void
}

export const OPTIMIZERS = ['sgd', 'adagrad', 'adam', 'ftrl'] as const

export interface OptimizerOptions {
  /** Step size; alpha of FTRL. */
  rate: number
  /** Of FTRL alone: its beta, L1 and L2. */
  beta: number
  l1: number
  ftrlL2: number
}

const EPSILON = 1e-8
/** Decay of Adam's running mean of gradients and of their squares. */
const FIRST_DECAY = 0.9
const SECOND_DECAY = 0.999

export const optimizers: Readonly<Record<(typeof OPTIMIZERS)[number], (o: OptimizerOptions) => Optimizer>> = {
  sgd: ({ rate }) => ({
    begin() {},
    step({ weights }, i, gradient) {
      weights[i] -= rate * gradient
    },
  }),

  /** Duchi, Hazan and Singer 2011. */
  adagrad: ({ rate }) => ({
    begin() {},
    step({ weights, first: squares }, i, gradient) {
      squares[i] += gradient * gradient
      weights[i] -= (rate / Math.sqrt(squares[i] + EPSILON)) * gradient
    },
  }),

  /** Kingma and Ba 2015, with the bias correction in the rate. */
  adam({ rate }) {
    let corrected = rate
    return {
      begin(iteration) {
        corrected =
          (rate * Math.sqrt(1 - SECOND_DECAY ** (iteration + 1))) / (1 - FIRST_DECAY ** (iteration + 1))
      },
      step({ weights, first, second }, i, gradient) {
        first[i] = FIRST_DECAY * first[i] + (1 - FIRST_DECAY) * gradient
        second[i] = SECOND_DECAY * second[i] + (1 - SECOND_DECAY) * gradient * gradient
        weights[i] -= (corrected * first[i]) / (Math.sqrt(second[i]) + EPSILON)
      },
    }
  },

  /**
   * FTRL-proximal (McMahan et al. 2013): the weight in force follows from the sums before this example, so that it lags
   * by one, and one that falls below L1 keeps its value; both as in River.
   */
  ftrl: ({ rate, beta, l1, ftrlL2 }) => ({
    begin() {},
    step({ weights, first: sums, second: squares }, i, gradient) {
      const z = sums[i]
      const root = Math.sqrt(squares[i])
      if (Math.abs(z) > l1) weights[i] = -(z - Math.sign(z) * l1) / ((beta + root) / rate + ftrlL2)
      const after = squares[i] + gradient * gradient
      sums[i] += gradient - ((Math.sqrt(after) - root) / rate) * weights[i]
      squares[i] = after
    },
  }),
}
