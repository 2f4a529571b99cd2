import { PortError } from '#ports/port-error.ts'

export interface ByteRange {
  start: number
  /** Exclusive; infinite without an end. */
  end: number
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT` unless 0 <= start <= end, both whole. */
export const checkRange = ({ start, end }: { start: number; end?: number } = { start: 0 }): ByteRange => {
  const isWhole = (value: number) => Number.isSafeInteger(value) && value >= 0
  if (isWhole(start) && (end === undefined || (isWhole(end) && end >= start)))
    return { start, end: end ?? Number.POSITIVE_INFINITY }
  throw new PortError(
    'INVALID_ARGUMENT',
    `The range from ${start} to ${end ?? 'the end'} is none, wanted whole numbers from 0, the end not before the start.`,
  )
}
