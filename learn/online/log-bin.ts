/** Bins per unit of ln|x|: each bin spans about 3.5 % of its value. */
const PER_E_FOLD = 28.4
const SMALLEST = 1e-9
const LARGEST = 1e12
const LOWEST = Math.floor(PER_E_FOLD * Math.log(SMALLEST))
/** Bins share a coarse bin when their indices agree after a shift by LEVEL_BITS, and a coarser one after two. */
export const LEVEL_BITS = 3
const BLOCK = 1 << (2 * LEVEL_BITS)
/** Bins of one sign, rounded up so that no coarse bin holds values of both. */
const SPAN = BLOCK * Math.ceil((Math.floor(PER_E_FOLD * Math.log(LARGEST)) - LOWEST + 1) / BLOCK)

/** One block of bins for missing values, one for zero, then those of negative and of positive values. */
export const LOG_BINS = 2 * (BLOCK + SPAN)

/**
 * The bin of a number on a logarithmic scale of both signs, whatever its unit: 0 when missing (not finite).
 * Magnitudes are clamped to 1e-9..1e12, so that there are LOG_BINS bins and nothing warms up.
 */
export function logBin(value: number): number {
  const size = value < 0 ? -value : value
  if (!(size < Infinity)) return 0
  if (size < SMALLEST) return BLOCK
  const step = Math.floor(PER_E_FOLD * Math.log(size > LARGEST ? LARGEST : size)) - LOWEST
  return 2 * BLOCK + step + (value < 0 ? 0 : SPAN)
}
