/** Best figures that any threshold on these scores can reach. */
export interface RankingLimit {
  /** Area under the ROC curve; ties count one half. */
  auc: number
  /** Average precision. */
  averagePrecision: number
  f1: number
  f2: number
  /** The lowest score that is called positive where F2 is best. */
  f2Threshold: number
  mcc: number
  balancedAccuracy: number
  geometricMean: number
  /** Mean negative log-likelihood of the scores as probabilities, natural logarithm. */
  logLoss: number
}

/** Exact: sorts once and looks at every threshold between distinct scores. `labels` hold 0 and 1, both at least once. */
export function rankingLimit(scores: Float64Array, labels: Uint8Array): RankingLimit {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => at(scores, b) - at(scores, a))
  const positives = labels.reduce((sum, label) => sum + label, 0)
  const negatives = labels.length - positives
  if (positives === 0 || negatives === 0) {
    throw Object.assign(
      new Error(`A ranking was given ${positives} positives of ${labels.length}; wanted both classes.`),
      {
        code: 'ONE_CLASS',
      },
    )
  }
  const best = { f1: 0, f2: 0, f2Threshold: 1, mcc: 0, balancedAccuracy: 0, geometricMean: 0 }
  let pairs = 0
  let averagePrecision = 0
  let logLoss = 0
  let tp = 0
  let fp = 0
  for (let start = 0; start < order.length; ) {
    const score = at(scores, at(order, start))
    let end = start
    let hits = 0
    for (; end < order.length && at(scores, at(order, end)) === score; end++) {
      const label = at(labels, at(order, end))
      hits += label
      logLoss -= Math.log(Math.max(1e-15, label === 1 ? score : 1 - score))
    }
    const misses = end - start - hits
    // Each positive of this tie beats the negatives below it and ties with those beside it.
    pairs += hits * (negatives - fp - misses / 2)
    tp += hits
    fp += misses
    averagePrecision += (hits / positives) * (tp / (tp + fp))
    const fn = positives - tp
    const tn = negatives - fp
    const recall = tp / positives
    const specificity = tn / negatives
    const f2 = (5 * tp) / (5 * tp + 4 * fn + fp)
    if (f2 > best.f2) Object.assign(best, { f2, f2Threshold: score })
    best.f1 = Math.max(best.f1, (2 * tp) / (2 * tp + fn + fp))
    best.balancedAccuracy = Math.max(best.balancedAccuracy, (recall + specificity) / 2)
    best.geometricMean = Math.max(best.geometricMean, Math.sqrt(recall * specificity))
    const spread = Math.sqrt((tp + fp) * positives * negatives * (tn + fn))
    if (spread > 0) best.mcc = Math.max(best.mcc, (tp * tn - fp * fn) / spread)
    start = end
  }
  return { auc: pairs / (positives * negatives), averagePrecision, ...best, logLoss: logLoss / labels.length }
}

/** Reads where the index is known to be inside. */
function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number
}
