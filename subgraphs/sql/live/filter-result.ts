import type { LiveResult } from './live-result.ts'
import type { Row } from './live-update.ts'
import { MOST_LIVE_BYTES } from './most-live-bytes.ts'
import { rowBytes } from './row-bytes.ts'

/** Rows that are kept for those who come later or read slowly. */
const MOST_KEPT = 10_000

interface Mark {
  /** Rows of the whole that had come. */
  count: number
  epoch: number
}

/**
 * A result that only grows. The first message may be cut; what comes later is sent whole. It keeps the newest rows for slow readers;
 * who comes when the first are gone, or falls behind them, needs a new result.
 */
export function createFilterResult({
  limit,
  mostBytes = MOST_LIVE_BYTES,
}: {
  limit: number
  /** Of the rows that are kept. */
  mostBytes?: number
}): LiveResult {
  const most = Math.max(MOST_KEPT, limit)
  let rows: Row[] = []
  let bytes = 0
  /** Rows that came before those kept. */
  let base = 0
  let epoch = 0
  let truncated = false

  /** The oldest rows that are too many, but none of the newest, which nobody has seen yet. */
  function forget(newest: number): void {
    const last = rows.length - newest
    let count = Math.min(last, Math.max(0, rows.length - most))
    for (let at = 0; at < last && (at < count || bytes > mostBytes); at++) {
      bytes -= rowBytes(rows[at] as Row)
      count = Math.max(count, at + 1)
    }
    rows.splice(0, count)
    base += count
  }

  return {
    incremental: true,
    replace(all, wasCut) {
      rows = all.slice(0, limit)
      truncated = wasCut || all.length > limit
      bytes = rows.reduce((sum, row) => sum + rowBytes(row), 0)
      base = 0
      epoch++
      return true
    },
    merge(added) {
      if (added.length === 0) return false
      for (const row of added) {
        rows.push(row)
        bytes += rowBytes(row)
      }
      if (rows.length > most * 1.25 || bytes > mostBytes * 1.25) forget(added.length)
      return true
    },
    mark: (): Mark => ({ count: base + rows.length, epoch }),
    since(mark) {
      const seen = mark as Mark | null
      const isWhole = !seen || seen.epoch !== epoch
      const first = isWhole ? 0 : seen.count
      if (first < base) return undefined
      const added = rows.slice(first - base).map((values, index) => ({ at: first + index, values }))
      return { reset: isWhole, removed: [], added }
    },
    get rowCount() {
      return base + rows.length
    },
    get truncated() {
      return truncated
    },
  }
}
