/** Numbers this far from the middle between two roundings are rounded without looking at their digits. */
const SAFE = 1e-3
/** Scaled numbers above this have no digits left to look at. */
const LARGE = 2 ** 45
/** Digits of a double beyond which only zeros follow a tie. */
const BEYOND = 40

/** `x` with `digits` decimal places, 0 to 22, correctly rounded with ties to even, as Python's `round` does. */
export function roundDecimal(x: number, digits: number): number {
  const scale = 10 ** digits
  const scaled = x * scale
  const whole = Math.floor(scaled)
  const part = scaled - whole
  // The scaled number is off by less than SAFE, so only near a tie its exact digits decide.
  if (Math.abs(scaled) < LARGE && Math.abs(part - 0.5) > SAFE) return (part < 0.5 ? whole : whole + 1) / scale
  return roundByDigits(x, digits)
}

function roundByDigits(x: number, digits: number): number {
  const size = Math.abs(x)
  if (!(size < 1e21)) return x
  const text = size.toFixed(digits + BEYOND)
  const tie = /^50*$/.test(text.slice(text.length - BEYOND))
  // toFixed takes the larger of two equally near numbers.
  let rounded = size.toFixed(digits)
  if (tie && Number(rounded.at(-1)) % 2 === 1) rounded = text.slice(0, text.length - BEYOND)
  const value = Number(rounded)
  return x < 0 ? -value : value
}
