import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** How much to trust each of a few experts, by their log losses so far. */
export interface ExpertWeights {
  /** Shares that sum to 1 over the experts that speak and are 0 for the others. Valid until the next call. */
  shares(speaks: Uint8Array): Float64Array
  /** Adds the losses, in nats, of the experts that speak. */
  update(losses: Float64Array, speaks: Uint8Array): void
  sizeBytes(): number
  save(out: StateWriter): void
}

/** No expert falls further behind the best than this many nats, so that one whose time comes is heard soon. */
const FLOOR = -9

/**
 * Bayesian weights of experts whose log losses are compared, floored so that the best may change: the regret against
 * the best expert is a few nats for every change, however many examples there are.
 * Herbster and Warmuth 1998, "Tracking the best expert".
 */
export function createExpertWeights(count: number, input?: StateReader): ExpertWeights {
  const logs = input ? input.f64s(count) : new Float64Array(count)
  const shares = new Float64Array(count)
  return {
    shares(speaks) {
      let best = -Infinity
      for (let k = 0; k < count; k++) if (speaks[k] === 1 && logs[k] > best) best = logs[k]
      let sum = 0
      for (let k = 0; k < count; k++) {
        shares[k] = speaks[k] === 1 ? Math.exp(logs[k] - best) : 0
        sum += shares[k]
      }
      for (let k = 0; k < count; k++) shares[k] /= sum
      return shares
    },
    update(losses, speaks) {
      let best = -Infinity
      for (let k = 0; k < count; k++) {
        if (speaks[k] === 0) continue
        logs[k] -= losses[k]
        if (logs[k] > best) best = logs[k]
      }
      for (let k = 0; k < count; k++) {
        if (speaks[k] === 1) logs[k] = Math.max(FLOOR, logs[k] - best)
      }
    },
    sizeBytes: () => 16 * count,
    save: out => out.f64s(logs),
  }
}
