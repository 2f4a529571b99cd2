import { arrangeRows, diffRows, rowKey } from './row-diff.ts'
import type { LiveResult } from './live-result.ts'
import type { Row, RowChange } from './live-update.ts'

/** Below it a change is told as one even where the whole result would be shorter. */
const SMALL = 100

/** A result whose rows are all here, as a list that is never changed but replaced; marks are such lists. */
export function createListedResult({
  incremental,
  ordered,
  limit,
  replace,
  merge,
}: {
  incremental: boolean
  /** Whether the order of rows means something. */
  ordered: boolean
  /** Most rows that are shown. */
  limit: number
  /** Gives all rows that are to be shown, which may be more than the limit. */
  replace: (rows: readonly Row[]) => readonly Row[]
  merge: (rows: readonly Row[]) => readonly Row[]
}): LiveResult {
  let shown: readonly Row[] = []
  let truncated = false

  const show = (rows: readonly Row[], wasCut: boolean): boolean => {
    const next = rows.slice(0, limit)
    const isCut = wasCut || rows.length > limit
    const arranged = ordered || incremental ? next : arrangeRows(shown, next)
    const same =
      isCut === truncated &&
      arranged.length === shown.length &&
      arranged.every((row, at) => isEqual(row, shown[at] as Row))
    truncated = isCut
    if (same) return false
    shown = arranged
    return true
  }

  return {
    incremental,
    replace: (rows, wasCut) => show(replace(rows), wasCut),
    merge: rows => show(merge(rows), false),
    mark: () => shown,
    since: mark => changeOf(mark as readonly Row[] | null, shown),
    get rowCount() {
      return shown.length
    },
    get truncated() {
      return truncated
    },
  }
}

function isEqual(a: Row, b: Row): boolean {
  return a === b || rowKey(a) === rowKey(b)
}

function changeOf(before: readonly Row[] | null, after: readonly Row[]): RowChange {
  if (before) {
    const change = diffRows(before, after)
    const length = change.removed.length + change.added.length
    if (length <= SMALL || length <= after.length) return change
  }
  return { reset: true, removed: [], added: after.map((values, at) => ({ at, values })) }
}
