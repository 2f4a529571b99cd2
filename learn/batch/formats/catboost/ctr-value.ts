import type { CatboostCtr, CtrTable } from './catboost-model.ts'

/**
 * What a ctr is for an entry of its table, -1 for combinations that training did not see; in 32-bit arithmetic, as CatBoost has it
 * (catboost/libs/model, ctr_provider and TModelCtr::Calc).
 */
export function ctrValue(ctr: CatboostCtr, { stride, counts, denominator }: CtrTable, entry: number): number {
  const { type, target, priorNumerator, priorDenominator, shift, scale } = ctr
  let numerator = 0
  let total = 0
  if (type === 'Counter' || type === 'FeatureFreq') {
    total = denominator
    if (entry >= 0) numerator = counts[entry]
  } else if (entry >= 0 && (type === 'Borders' || type === 'Buckets')) {
    for (let i = 0; i < stride; i++) total += counts[entry * stride + i]
    if (type === 'Buckets') numerator = counts[entry * stride + target]
    else for (let i = target + 1; i < stride; i++) numerator += counts[entry * stride + i]
  } else if (entry >= 0) {
    numerator = counts[entry * stride]
    total = counts[entry * stride + 1]
  }
  const above = Math.fround(Math.fround(numerator) + priorNumerator)
  const below = Math.fround(Math.fround(total) + priorDenominator)
  return Math.fround(Math.fround(Math.fround(above / below) + shift) * scale)
}
