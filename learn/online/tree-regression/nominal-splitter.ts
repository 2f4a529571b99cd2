import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { capacityFor } from './capacity.ts'
import { CodeMap } from './code-map.ts'
import { countTarget, MOMENTS, partMoments, varianceOf } from './moments.ts'
import { gainOfTwo, TEST, type SplitCandidate, type SplitRules } from './split-candidate.ts'
import type { TargetSplitter } from './target-splitter.ts'

const children = new Float64Array(2 * MOMENTS)

/** Keeps the target's moments per category; proposes a child per category, or one category against the rest. */
export class NominalSplitter implements TargetSplitter {
  readonly #maxCategories: number
  /** Category to its place. */
  readonly #places = new CodeMap()
  #moments: Float64Array

  constructor(maxCategories: number, input?: StateReader) {
    this.#maxCategories = maxCategories
    const categories = input?.f64s() ?? new Float64Array(0)
    this.#moments = new Float64Array(MOMENTS * capacityFor(categories.length, 4))
    if (!input) return
    categories.forEach((category, place) => this.#places.add(category, place))
    this.#moments.set(input.f64s(MOMENTS * categories.length))
  }

  get bytes(): number {
    return 8 * this.#moments.length + this.#places.bytes
  }

  update(x: number, y: number, w: number): number {
    const place = this.#places.get(x)
    if (place >= 0) {
      countTarget(this.#moments, MOMENTS * place, y, w)
      return 0
    }
    const count = this.#places.codes.length
    if (count >= this.#maxCategories) return 0
    const before = this.bytes
    this.#places.add(x, count)
    const length = MOMENTS * capacityFor(count + 1, 4)
    if (length > this.#moments.length) {
      const moments = this.#moments
      this.#moments = new Float64Array(length)
      this.#moments.set(moments)
    }
    countTarget(this.#moments, MOMENTS * count, y, w)
    return this.bytes - before
  }

  propose(rules: SplitRules, parent: Float64Array, at: number, out: SplitCandidate): void {
    const categories = this.#places.codes.toSorted((a, b) => a - b)
    if (!rules.binary && categories.length > 2) this.#proposeAll(categories, rules, parent, at, out)
    const moments = this.#moments
    for (const category of categories) {
      const from = MOMENTS * this.#places.get(category)
      for (let j = 0; j < MOMENTS; j++) {
        children[j] = moments[from + j]
        children[MOMENTS + j] = parent[at + j]
      }
      partMoments(children, MOMENTS, children, 0)
      const merit = gainOfTwo(rules, parent, at, children)
      if (!(merit > out.merit)) continue
      out.resize(2)
      out.merit = merit
      out.test = TEST.oneCategory
      out.value = category
      out.children.set(children)
    }
  }

  save(out: StateWriter): void {
    out.f64s(Float64Array.from(this.#places.codes))
    out.f64s(this.#moments.subarray(0, MOMENTS * this.#places.codes.length))
  }

  #proposeAll(
    categories: number[],
    rules: SplitRules,
    parent: Float64Array,
    at: number,
    out: SplitCandidate,
  ): void {
    const n = parent[at]
    let merit = varianceOf(n, parent[at + 2])
    out.resize(categories.length)
    for (let i = 0; i < categories.length; i++) {
      const from = MOMENTS * this.#places.get(categories[i])
      out.children.set(this.#moments.subarray(from, from + MOMENTS), MOMENTS * i)
      const weight = this.#moments[from]
      merit -= (weight / n) * varianceOf(weight, this.#moments[from + 2])
    }
    const heavy = categories.every((_, i) => out.children[MOMENTS * i] >= rules.minSamples)
    out.merit = heavy ? merit : 0
    out.test = TEST.categories
    out.categories = categories
  }
}
