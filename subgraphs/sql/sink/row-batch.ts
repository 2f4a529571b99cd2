import type { LogRecord } from '#ports/event-log.ts'

/** Rows on their way into a table, as whole lines of JSON. */
export interface RowBatch {
  addRows(record: LogRecord, text: string, rows: number): void
  /** A line for the quarantine; `last` is the last offset that it stands for. */
  addQuarantined(partition: number, last: number, text: string): void
  /** A record that is no row, or is there already. */
  skip(partition: number, offset: number): void
  readonly rowCount: number
  /** Of rows and of what goes to quarantine. */
  readonly bytes: number
  readonly parts: readonly Uint8Array[]
  readonly quarantineParts: readonly Uint8Array[]
  readonly quarantined: number
  /** Last offset seen, by partition. */
  readonly last: ReadonlyMap<number, number>
  readonly quarantineLast: ReadonlyMap<number, number>
  /** Unix milliseconds of the oldest append in it; null without rows. */
  readonly oldest: number | null
  /** Whether nothing has happened since it began. */
  readonly isEmpty: boolean
  /** Records that became rows. */
  readonly recordCount: number
  /** The record behind a row, counted from 1. */
  placeOf(row: number): { partition: number; offset: number } | null
}

/** Rows are written into buffers, each as large as all before it within these bounds: text that was kept would cost the garbage
 * collector more. */
const PART_BYTES = { least: 8 * 1024, most: 256 * 1024 }
/** Of UTF-8 for a unit of UTF-16. */
const MOST_BYTES_PER_UNIT = 3

export function createRowBatch(): RowBatch {
  const parts: Uint8Array[] = []
  const quarantineParts: Uint8Array[] = []
  const last = new Map<number, number>()
  const quarantineLast = new Map<number, number>()
  const places: { partition: number; offset: number; end: number }[] = []
  let rowCount = 0
  let quarantined = 0
  let bytes = 0
  let oldest: number | null = null
  let open = Buffer.alloc(0)
  let used = 0

  function write(lines: string): void {
    const most = lines.length * MOST_BYTES_PER_UNIT
    if (open.length - used < most) {
      close()
      open = Buffer.allocUnsafeSlow(
        Math.max(most, Math.min(Math.max(bytes, PART_BYTES.least), PART_BYTES.most)),
      )
    }
    const written = open.write(lines, used)
    used += written
    bytes += written
  }

  function close(): void {
    if (used > 0) parts.push(open.subarray(0, used))
    open = Buffer.alloc(0)
    used = 0
  }

  return {
    addRows({ partition, offset, timestamp }, lines, rows) {
      write(lines)
      rowCount += rows
      places.push({ partition, offset, end: rowCount })
      last.set(partition, offset)
      oldest = oldest === null ? timestamp : Math.min(oldest, timestamp)
    },
    addQuarantined(partition, offset, line) {
      const part = Buffer.from(line)
      quarantineParts.push(part)
      bytes += part.length
      quarantined++
      last.set(partition, offset)
      quarantineLast.set(partition, offset)
    },
    skip(partition, offset) {
      last.set(partition, offset)
    },
    get rowCount() {
      return rowCount
    },
    get bytes() {
      return bytes
    },
    get parts() {
      return used > 0 ? [...parts, open.subarray(0, used)] : parts
    },
    quarantineParts,
    get quarantined() {
      return quarantined
    },
    last,
    quarantineLast,
    get oldest() {
      return oldest
    },
    get isEmpty() {
      return last.size === 0
    },
    get recordCount() {
      return places.length
    },
    placeOf(row) {
      return places.find(({ end }) => row <= end) ?? null
    },
  }
}
