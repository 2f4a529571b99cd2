import { PortError } from '#ports/port-error.ts'
import type { RunSearch } from '#ports/tracking.ts'

/** Runs a page holds: the limit asked for, 100 by default. Throws `INVALID_ARGUMENT` outside 1 to 1000. */
export const pageSize = ({ limit = 100 }: RunSearch): number => {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit
  throw new PortError('INVALID_ARGUMENT', `The limit ${limit} is not a whole number from 1 to 1000.`)
}
