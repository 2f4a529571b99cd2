import type { Numbers } from './column.ts'

type Constructor<T> = new (length: number) => T

/** A longer copy; new elements are 0. */
export function grown<T extends Numbers>(values: T, length: number): T {
  const larger = new (values.constructor as Constructor<T>)(length)
  larger.set(values as never)
  return larger
}
