import type { Row } from './live-update.ts'

const sizes = new WeakMap<Row, number>()

/** About what a row takes: characters of its JSON. Counted once a row. */
export function rowBytes(row: Row): number {
  const known = sizes.get(row)
  if (known !== undefined) return known
  const size = JSON.stringify(row).length
  sizes.set(row, size)
  return size
}
