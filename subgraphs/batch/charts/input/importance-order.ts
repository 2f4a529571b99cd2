/**
 * Columns from the most important to the least: by gain, or by mean |SHAP| where a column contributes without gain, such as one whose
 * value the score is multiplied by.
 */
export function importanceOrder(gain: ArrayLike<number>, contributions: ArrayLike<number>): number[] {
  const by = isWithoutGain(gain, contributions) ? contributions : gain
  return Array.from({ length: gain.length }, (_, column) => column).sort(
    (a, b) => (by[b] ?? 0) - (by[a] ?? 0),
  )
}

function isWithoutGain(gain: ArrayLike<number>, contributions: ArrayLike<number>): boolean {
  return Array.from(contributions).some((part, column) => part > 0 && !((gain[column] ?? 0) > 0))
}
