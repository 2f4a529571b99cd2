import { codedError } from '../../coded-error.ts'

/** The value, if it is one of those wanted. Throws INVALID_PARAMETER. */
export function oneOf<Wanted extends string>(
  learner: string,
  parameter: string,
  value: string,
  wanted: readonly Wanted[],
): Wanted {
  const found = wanted.find(candidate => candidate === value)
  if (found !== undefined) return found
  throw codedError(
    'INVALID_PARAMETER',
    `Parameter ${parameter} of ${learner} is ${JSON.stringify(value)}, wanted one of ${wanted.join(', ')}.`,
  )
}
