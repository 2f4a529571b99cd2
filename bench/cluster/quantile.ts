/** Of values in ascending order; the nearest one, nothing interpolated. Throws for none. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new Error('No value given, at least one wanted.')
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] as number
}
