import type { ClassSums } from './class-sums.ts'
import { fitConcentrations } from './compound.ts'
import type { ClassFit } from './improve.ts'
import type { Layout } from './layout.ts'

/** Fixed-point steps come in fours. */
const ROUNDS = 10

/** Per compound column, the expected log likelihood gained by giving each class probabilities and a concentration of its own. */
export function compoundGains({ tables, sums }: ClassFit, layout: Layout): Float64Array {
  const { k, logCells, concentrations } = tables
  const whole = together(sums)
  const shared = sharedLogs(whole, layout)
  let common: Float64Array | null = null
  for (let round = 0; round < ROUNDS; round++) common = fitConcentrations(whole, layout, shared, common)
  return Float64Array.from(layout.compounds, (_, index) => {
    const own = logLikelihood(sums, layout, index, logCells, concentrations)
    return Math.max(0, own - logLikelihood(whole, layout, index, shared, common ?? concentrations))
  }).map(gain => (k > 1 ? gain : 0))
}

/** The classes as one. */
function together({ k, groups, counts, moments, histogram, most }: ClassSums): ClassSums {
  const merged = (values: Float64Array) => {
    const result = new Float64Array(values.length / k)
    values.forEach((value, at) => {
      result[Math.floor(at / k)] += value
    })
    return result
  }
  return { k: 1, groups: merged(groups), counts: merged(counts), moments, histogram: merged(histogram), most }
}

function sharedLogs({ counts }: ClassSums, { compounds }: Layout): Float64Array {
  const logs = new Float64Array(counts.length)
  for (const { first, size } of compounds) {
    let total = 0
    for (let cell = first; cell < first + size; cell++) total += counts[cell] + 0.5
    for (let cell = first; cell < first + size; cell++) logs[cell] = Math.log((counts[cell] + 0.5) / total)
  }
  return logs
}

/** Of one compound column, from how many groups have each count. */
function logLikelihood(
  { k, histogram, most }: ClassSums,
  { slotOf, compounds }: Layout,
  index: number,
  logCells: Float64Array,
  concentrations: Float64Array,
): number {
  const { first, size } = compounds[index]
  let sum = 0
  for (let cell = 0; cell <= size; cell++) {
    for (let c = 0; c < k; c++) {
      const all = concentrations[index * k + c]
      const base = cell === size ? all : all * Math.exp(logCells[(first + cell) * k + c])
      const start = (slotOf[first] + cell) * (most + 1) * k + c
      let more = 0
      for (let n = most; n > 0; n--) {
        more += histogram[start + n * k]
        if (more > 0) sum += (cell === size ? -more : more) * Math.log(base + n - 1)
      }
    }
  }
  return sum
}
