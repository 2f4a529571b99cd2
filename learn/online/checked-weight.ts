import { codedError } from '../coded-error.ts'

/** Sums of weights must stay far from where doubles lose ones. */
const LARGEST = 1e9

/** An example's weight. Throws INVALID_WEIGHT unless it is from 0 to 1e9; 0 means: teach nothing. */
export function checkedWeight(weight: number): number {
  if (weight >= 0 && weight <= LARGEST) return weight
  throw codedError(
    'INVALID_WEIGHT',
    `An example's weight is ${weight}, wanted a number from 0 to ${LARGEST}.`,
  )
}
