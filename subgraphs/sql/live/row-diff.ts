import type { PlacedRow, Row, RowChange } from './live-update.ts'

const keys = new WeakMap<Row, string>()

/** Text that is equal for equal rows; made once a row. */
export function rowKey(row: Row): string {
  const known = keys.get(row)
  if (known !== undefined) return known
  const key = JSON.stringify(row)
  keys.set(row, key)
  return key
}

/** What turns one list of rows into another; rows that stay in the same order are left alone. */
export function diffRows(before: readonly Row[], after: readonly Row[]): RowChange {
  let start = 0
  const least = Math.min(before.length, after.length)
  while (start < least && isSame(before[start] as Row, after[start] as Row)) start++
  let tail = 0
  while (tail < least - start && isSame(before.at(-1 - tail) as Row, after.at(-1 - tail) as Row)) tail++
  const [beforeEnd, afterEnd] = [before.length - tail, after.length - tail]

  const places = new Map<string, number[]>()
  for (let at = beforeEnd - 1; at >= start; at--) {
    const key = rowKey(before[at] as Row)
    const list = places.get(key)
    if (list) list.push(at)
    else places.set(key, [at])
  }
  const cameFrom = after.slice(start, afterEnd).map(row => places.get(rowKey(row))?.pop() ?? -1)
  const stay = longestRise(cameFrom)
  const kept = new Set([...stay].map(index => cameFrom[index]))
  const removed: PlacedRow[] = []
  for (let at = start; at < beforeEnd; at++)
    if (!kept.has(at)) removed.push({ at, values: before[at] as Row })
  const added: PlacedRow[] = []
  for (let at = start; at < afterEnd; at++)
    if (!stay.has(at - start)) added.push({ at, values: after[at] as Row })
  return { reset: false, removed, added }
}

/**
 * The rows of a new result without an order of its own, in the order in which they were: what stays keeps its place, what is new
 * comes last. The same list if nothing changed.
 */
export function arrangeRows(before: readonly Row[], result: readonly Row[]): readonly Row[] {
  const fresh = new Map<string, Row[]>()
  for (const row of result) {
    const list = fresh.get(rowKey(row))
    if (list) list.push(row)
    else fresh.set(rowKey(row), [row])
  }
  const kept = before.filter(row => fresh.get(rowKey(row))?.pop() !== undefined)
  if (kept.length === before.length && kept.length === result.length) return before
  const left = new Set([...fresh.values()].flat())
  return [...kept, ...result.filter(row => left.has(row))]
}

function isSame(a: Row, b: Row): boolean {
  return a === b || rowKey(a) === rowKey(b)
}

/** Indexes of a longest strictly rising subsequence of the values from 0 on. */
function longestRise(values: readonly number[]): Set<number> {
  const tails: number[] = []
  const previous: number[] = []
  for (const [index, value] of values.entries()) {
    previous.push(-1)
    if (value < 0) continue
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[tails[middle] as number] as number) < value) low = middle + 1
      else high = middle
    }
    if (low > 0) previous[index] = tails[low - 1] as number
    tails[low] = index
  }
  const found = new Set<number>()
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] as number) found.add(index)
  return found
}
