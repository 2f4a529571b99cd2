import { codedError } from '../coded-error.ts'

/** Classes are numbered from 0 without many gaps: room is kept for each. */
const MOST_CLASSES = 1024

/** Throws INVALID_LABEL unless the label numbers a class. */
export function checkClass(label: number): void {
  if (Number.isInteger(label) && label >= 0 && label < MOST_CLASSES) return
  throw codedError('INVALID_LABEL', `The class is ${label}, wanted an integer from 0 below ${MOST_CLASSES}.`)
}
