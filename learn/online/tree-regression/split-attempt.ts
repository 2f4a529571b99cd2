import { LeafObservers } from './leaf-observers.ts'
import { varianceOf } from './moments.ts'
import { SplitCandidate } from './split-candidate.ts'
import type { GainBound } from './target-splitter.ts'
import type { TreeRules } from './tree-rules.ts'

const WAIT = 0
export const SPLIT = 1
export const CLOSE = 2

/** Decides whether a leaf splits; one per tree, for its buffers. */
export class SplitAttempt {
  readonly #rules: TreeRules
  #best = new SplitCandidate()
  #current = new SplitCandidate()
  readonly #merits: Float64Array
  readonly #bound: GainBound = { best: 0, ratio: 0 }

  constructor(rules: TreeRules) {
    this.#rules = rules
    this.#merits = new Float64Array(rules.nominal.length)
  }

  /** The split that `decide` found good. */
  get chosen(): SplitCandidate {
    return this.#best
  }

  /**
   * SPLIT when the best gain is above the second best by more than chance allows (Hoeffding's bound on their ratio) or
   * the bound is too small to tell them apart, CLOSE when there is nothing to split on, else WAIT after
   * having dropped candidates that cannot win. `moments[at…]` are those of the leaf.
   */
  decide(observers: LeafObservers, moments: Float64Array, at: number): number {
    const { preprune, delta, tau, river, removePoor } = this.#rules
    let count = preprune ? 1 : 0
    let second = preprune ? -Infinity : Number.NaN
    this.#best.clear()
    const { splitters, columns } = observers
    for (let i = 0; i < splitters.length; i++) {
      const candidate = this.#current
      candidate.clear()
      splitters[i].propose(this.#rules, moments, at, candidate)
      if (candidate.merit > -Infinity) candidate.column = columns[i]
      this.#merits[columns[i]] = candidate.merit
      count++
      // Of equals the last wins; the first is compared with the null split, or with nothing.
      if (candidate.merit >= this.#best.merit) {
        if (count > 1) second = this.#best.merit
        this.#current = this.#best
        this.#best = candidate
      } else if (!(candidate.merit <= second)) {
        second = candidate.merit
      }
    }
    const best = this.#best.merit
    if (count === 0) return WAIT
    if (count === 1) return this.#best.column < 0 ? CLOSE : river || best > 0 ? SPLIT : WAIT
    const bound = Math.sqrt(Math.log(1 / delta) / (2 * moments[at]))
    const certain = river || second > 0 ? second / best < 1 - bound : this.#beatsNothing(moments, at, bound)
    const split = best > 0 && (certain || bound < tau)
    if (removePoor && best > 0) this.#dropPoor(observers, second / best - 2 * bound)
    if (split) return SPLIT
    if (best > 0 && second > 0) {
      this.#bound.best = best
      this.#bound.ratio = second / best - 2 * bound
      observers.prune(moments, at, this.#bound)
    }
    return WAIT
  }

  /** A lone candidate must explain more of the variance than chance may. */
  #beatsNothing(moments: Float64Array, at: number, bound: number): boolean {
    return this.#best.merit / varianceOf(moments[at], moments[at + 2]) > bound
  }

  #dropPoor(observers: LeafObservers, least: number): void {
    const poor = observers.columns.filter(column => {
      const merit = this.#merits[column]
      return merit > -Infinity && merit / this.#best.merit < least
    })
    for (const column of poor) observers.disable(column)
  }
}
