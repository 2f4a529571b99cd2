import type { ClassMatrix } from './class-matrix.ts'

/** Sums of a confusion matrix over the classes that have occurred as truth or as decision. */
interface Summary {
  /** Per class: of that truth, of that decision, of both. */
  support: number[]
  decided: number[]
  hits: number[]
  total: number
  totalHits: number
}

type Statistic = (matrix: ClassMatrix) => number
type Average = 'macro' | 'micro' | 'weighted'
type PerClass = (hits: number, decided: number, support: number) => number

const precision: PerClass = (hits, decided) => ratio(hits, decided)
const recall: PerClass = (hits, _, support) => ratio(hits, support)
const jaccard: PerClass = (hits, decided, support) => ratio(hits, decided + support - hits)
const f1: PerClass = (hits, decided, support) => ratio(2 * hits, decided + support)

/** Metrics of any number of classes; 0/0 counts as 0, as in River 0.26.1, whose averages these are. */
export const multiclassMetrics = {
  accuracy: matrix => {
    const { total, totalHits } = summarise(matrix)
    return ratio(totalHits, total)
  },
  /** Mean recall over the classes that have occurred as truth. */
  balancedAccuracy: matrix => {
    const { hits, support } = summarise(matrix)
    const recalls = support.flatMap((n, c) => (n > 0 ? [hits[c] / n] : []))
    return ratio(sum(recalls), recalls.length)
  },
  /** Geometric mean of the recalls of all classes that have occurred, decisions included. */
  geometricMean: matrix => {
    const { hits, support } = summarise(matrix)
    if (hits.length === 0) return 0
    return Math.exp(sum(hits.map((n, c) => Math.log(ratio(n, support[c])))) / hits.length)
  },
  cohenKappa: matrix => {
    const { support, decided, total, totalHits } = summarise(matrix)
    const expected = sum(support.map((n, c) => ratio(n, total) * ratio(decided[c], total)))
    return total === 0 ? 0 : ratio(totalHits / total - expected, 1 - expected)
  },
  /** Matthews' correlation for any number of classes, R_K (Gorodkin 2004). */
  mcc: matrix => {
    const { support, decided, total, totalHits } = summarise(matrix)
    const both = sum(support.map((n, c) => n * decided[c]))
    const spread = (counts: number[]) => total * total - sum(counts.map(n => n * n))
    return ratio(totalHits * total - both, Math.sqrt(spread(support)) * Math.sqrt(spread(decided)))
  },
  macroF1: averaged('macro', f1),
  microF1: averaged('micro', f1),
  weightedF1: averaged('weighted', f1),
  macroPrecision: averaged('macro', precision),
  microPrecision: averaged('micro', precision),
  weightedPrecision: averaged('weighted', precision),
  macroRecall: averaged('macro', recall),
  microRecall: averaged('micro', recall),
  weightedRecall: averaged('weighted', recall),
  macroJaccard: averaged('macro', jaccard),
  microJaccard: averaged('micro', jaccard),
  weightedJaccard: averaged('weighted', jaccard),
} as const satisfies Record<string, Statistic>

/**
 * River's MCC of one class of a shared confusion matrix. It counts as true negatives the hits of the other classes only, not their
 * confusions among each other, so that it is Matthews' correlation for two classes and something else for more.
 */
export function riverMcc(matrix: ClassMatrix, of: number): number {
  const { classes, cells } = matrix
  let hits = 0
  let support = 0
  let decided = 0
  for (let c = 0; c < classes; c++) {
    hits += cells[c * classes + c]
    support += cells[of * classes + c]
    decided += cells[c * classes + of]
  }
  const own = cells[of * classes + of]
  const n = support + decided - own + (hits - own) || 1
  const s = support / n
  const p = decided / n
  return ratio(own / n - s * p, Math.sqrt(p * s * (1 - s) * (1 - p)))
}

function averaged(average: Average, of: PerClass): Statistic {
  return matrix => {
    const { support, decided, hits, total, totalHits } = summarise(matrix)
    // Every wrong decision is one false positive and one false negative.
    if (average === 'micro') return of(totalHits, total, total)
    const values = hits.map((n, c) => of(n, decided[c], support[c]))
    if (average === 'macro') return ratio(sum(values), values.length)
    return ratio(sum(values.map((value, c) => value * support[c])), total)
  }
}

function summarise({ classes, cells }: ClassMatrix): Summary {
  const summary: Summary = { support: [], decided: [], hits: [], total: 0, totalHits: 0 }
  for (let c = 0; c < classes; c++) {
    let support = 0
    let decided = 0
    for (let other = 0; other < classes; other++) {
      support += cells[c * classes + other]
      decided += cells[other * classes + c]
    }
    if (support === 0 && decided === 0) continue
    const hits = cells[c * classes + c]
    summary.support.push(support)
    summary.decided.push(decided)
    summary.hits.push(hits)
    summary.total += support
    summary.totalHits += hits
  }
  return summary
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
