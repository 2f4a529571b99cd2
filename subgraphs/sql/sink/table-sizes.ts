import type { LakeTable } from '#ports/lake.ts'

/** A snapshot is read for it, so not after every commit. */
const INTERVAL_MS = 10_000

/** Tells the size of tables that changed, at most once in a while each. */
export function createTableSizes({
  tell,
  intervalMs = INTERVAL_MS,
  now = () => performance.now(),
}: {
  tell: (table: string, files: number, bytes: number) => void
  intervalMs?: number
  now?: () => number
}): { changed(table: LakeTable): void } {
  const looked = new Map<string, number>()
  return {
    changed(table) {
      if (now() - (looked.get(table.name) ?? Number.NEGATIVE_INFINITY) < intervalMs) return
      looked.set(table.name, now())
      table
        .snapshot()
        .then(({ files, sizeBytes }) => tell(table.name, files.length, sizeBytes))
        // The next commit looks again; what is wrong with the table shows in writing it.
        .catch(() => {})
    },
  }
}
