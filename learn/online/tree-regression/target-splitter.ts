import type { StateWriter } from '../../state/writer.ts'
import type { SplitCandidate, SplitRules } from './split-candidate.ts'

/** Watches how the target depends on one column in one leaf, and proposes where to split it. */
export interface TargetSplitter {
  /** Memory in bytes; depends on what is kept, never on how it came. */
  readonly bytes: number
  /** Counts a value that is not missing. Returns by how many bytes it grew. */
  update(x: number, y: number, w: number): number
  /**
   * Writes its best split into `out`, which is empty before and stays so if it knows none. `parent[at…]` are the
   * moments of the target in the whole leaf.
   */
  propose(rules: SplitRules, parent: Float64Array, at: number, out: SplitCandidate): void
  /** Forgets candidates whose gain is below `bound`. */
  prune?(rules: SplitRules, parent: Float64Array, at: number, bound: GainBound): void
  save(out: StateWriter): void
}

/** A candidate is bad when its gain over `best` is below `ratio`. */
export interface GainBound {
  best: number
  ratio: number
}
