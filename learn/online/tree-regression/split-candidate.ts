import { MOMENTS, varianceOf } from './moments.ts'

/** Tests at a branch: at most a threshold; one category against the rest; a child per category. */
export const TEST = { numeric: 1, oneCategory: 2, categories: 3 } as const

/** What splitters need to know of the tree that asks. */
export interface SplitRules {
  /** Least weight of every child. */
  readonly minSamples: number
  /** Only tests with two outcomes. */
  readonly binary: boolean
  /** River 0.26.1 to the letter. */
  readonly river: boolean
}

/** The best split found so far; `column` is -1 while there is none. */
export class SplitCandidate {
  merit = -Infinity
  column = -1
  test: number = TEST.numeric
  /** Threshold, or the category of TEST.oneCategory. */
  value = 0
  /** Categories of TEST.categories, in the order of the children. */
  categories: number[] = []
  /** Moments of the target in each child. */
  children: Float64Array = new Float64Array(2 * MOMENTS)
  count = 0

  clear(): void {
    this.merit = -Infinity
    this.column = -1
    this.value = 0
    this.count = 0
  }

  /** Makes room for the moments of `count` children. */
  resize(count: number): void {
    this.count = count
    if (this.children.length < MOMENTS * count) this.children = new Float64Array(MOMENTS * count)
  }
}

/** By how much two children lower the variance of their parent: 0 if either is too light. */
export function gainOfTwo(
  rules: SplitRules,
  parent: Float64Array,
  at: number,
  children: Float64Array,
): number {
  const left = children[0]
  const right = children[MOMENTS]
  if (!(left >= rules.minSamples && right >= rules.minSamples)) return 0
  const n = parent[at]
  const whole = varianceOf(n, parent[at + 2])
  const rest = whole - (left / n) * varianceOf(left, children[2])
  return rest - (right / n) * varianceOf(right, children[MOMENTS + 2])
}
