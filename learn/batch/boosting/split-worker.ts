import { type BoostingShared, CONTROL, FOUND, JOB, SET_WORDS, SPLIT_KIND } from './boosting-shared.ts'
import { fillCountHistogram, fillHistogram } from './fill-histogram.ts'
import { fillCountHistogramPair, fillHistogramPair } from './fill-histogram-pair.ts'
import { findOneHotSplit, findSetSplit } from './find-set-split.ts'
import { findSplit } from './find-split.ts'

/**
 * One thread's part in finding splits. Threads take features two by two; whatever one of them sums up for a feature, it does
 * alone and in the order of rows, so that results don't depend on how many there are.
 */
export function createSplitWorker(shared: BoostingShared): { work(): void } {
  const { rows, features, settings, control, active, jobs, totals, order, gradient, hessian } = shared
  const { bins, slots, kinds, histograms, histogramStart, found, foundSets } = shared
  const columns = Array.from({ length: features }, (_, f) => bins.subarray(f * rows, (f + 1) * rows))
  const width = histogramStart[features]

  function work(): void {
    const count = Atomics.load(control, CONTROL.features)
    const jobCount = Atomics.load(control, CONTROL.jobs)
    for (;;) {
      const ticket = Atomics.add(control, CONTROL.ticket, 1)
      const first = 2 * ticket
      if (first >= count) return
      for (let job = 0; job < jobCount; job++) {
        if (first + 1 < count) fillTwo(job, active[first], active[first + 1])
        else fillOne(job, active[first])
        lookAt(job, active[first])
        if (first + 1 < count) lookAt(job, active[first + 1])
      }
    }
  }

  function fillTwo(job: number, a: number, b: number): void {
    const at = job * JOB.length
    const outA = histogramOf(jobs[at + JOB.fill], a)
    const outB = histogramOf(jobs[at + JOB.fill], b)
    const from = jobs[at + JOB.from]
    const to = jobs[at + JOB.to]
    if (settings.constantHessian)
      fillCountHistogramPair(outA, outB, columns[a], columns[b], order, gradient, from, to)
    else fillHistogramPair(outA, outB, columns[a], columns[b], order, gradient, hessian, from, to)
  }

  function fillOne(job: number, feature: number): void {
    const at = job * JOB.length
    const out = histogramOf(jobs[at + JOB.fill], feature)
    const from = jobs[at + JOB.from]
    const to = jobs[at + JOB.to]
    if (settings.constantHessian) fillCountHistogram(out, columns[feature], order, gradient, from, to)
    else fillHistogram(out, columns[feature], order, gradient, hessian, from, to)
  }

  /** Splits of the node that was summed up, and of its sibling. */
  function lookAt(job: number, feature: number): void {
    const at = job * JOB.length
    const filled = histogramOf(jobs[at + JOB.fill], feature)
    find(filled, job * 2, feature)
    const parent = jobs[at + JOB.parent]
    if (parent < 0) return
    const rest = histogramOf(parent, feature)
    for (let i = 0; i < rest.length; i++) rest[i] -= filled[i]
    find(rest, job * 2 + 1, feature)
  }

  function histogramOf(index: number, feature: number): Float64Array {
    const start = index * width + histogramStart[feature]
    return histograms.subarray(start, start + 3 * slots[feature])
  }

  function find(histogram: Float64Array, node: number, feature: number): void {
    const g = totals[node * 3]
    const h = totals[node * 3 + 1]
    const n = totals[node * 3 + 2]
    const at = (node * features + feature) * FOUND.length
    const setAt = (node * features + feature) * SET_WORDS
    if (kinds[feature] === SPLIT_KIND.numeric) findSplit(histogram, settings, g, h, n, found, at)
    else if (kinds[feature] === SPLIT_KIND.oneHot)
      findOneHotSplit(histogram, settings, g, h, n, found, at, foundSets, setAt)
    else findSetSplit(histogram, settings, g, h, n, found, at, foundSets, setAt)
  }

  return { work }
}
