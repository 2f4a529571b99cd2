import { PortError } from '#ports/port-error.ts'

/** Refuses numbers that are not finite and above zero. */
export const requirePositive = (what: string, values: Readonly<Record<string, number>>): void => {
  for (const [name, value] of Object.entries(values)) {
    if (value > 0 && value < Number.POSITIVE_INFINITY) continue
    throw new PortError('INVALID_ARGUMENT', `${what} was given ${name} ${value}, wanted a number above 0.`)
  }
}
