import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'

/** Rows of a result in a private file, an array of JSON a line; readable while it grows. */
export interface Spool extends AsyncDisposable {
  readonly path: string
  readonly rowCount: number
  readonly sizeBytes: number
  append(rows: readonly (readonly unknown[])[]): Promise<void>
  /** At most `count` rows, from the row with the number `from`, from 0; none after the one with which `maxBytes` are reached. */
  page(from: number, count: number, maxBytes?: number): Promise<{ rows: unknown[][]; bytes: number }>
  /** The file's text in pieces of whole lines, as far as it is written when they are asked for. */
  pieces(): AsyncIterable<string>
}

/** Rows between two marks of the index; a page reads at most so many too much at either end. */
const STEP = 64
const PIECE_BYTES = 256 * 1024

export async function openSpool(path: string): Promise<Spool> {
  const { O_RDWR, O_CREAT, O_EXCL } = constants
  const file = await open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
  /** Where the rows 0, STEP, 2 × STEP … begin. */
  const marks: number[] = []
  let rowCount = 0
  let sizeBytes = 0

  return {
    path,
    get rowCount() {
      return rowCount
    },
    get sizeBytes() {
      return sizeBytes
    },
    async append(rows) {
      if (rows.length === 0) return
      const lines = rows.map(row => Buffer.from(`${JSON.stringify(row)}\n`))
      const content = Buffer.concat(lines)
      await writeAll(file, content, sizeBytes)
      // Only now: whoever reads meanwhile must not meet what is not written yet.
      let position = sizeBytes
      for (let i = 0; i < lines.length; i++) {
        if ((rowCount + i) % STEP === 0) marks.push(position)
        position += (lines[i] as Buffer).length
      }
      rowCount += lines.length
      sizeBytes += content.length
    },
    async page(from, count, maxBytes = Number.POSITIVE_INFINITY) {
      const rows: unknown[][] = []
      let bytes = 0
      const to = Math.min(rowCount, from + count)
      if (from >= to) return { rows, bytes }
      let position = marks[Math.floor(from / STEP)] as number
      const end = marks[Math.ceil(to / STEP)] ?? sizeBytes
      let skipped = from % STEP
      let begun: Buffer[] = []
      while (position < end) {
        const piece = await readAll(file, position, Math.min(end, position + PIECE_BYTES))
        position += piece.length
        let start = 0
        for (let stop = piece.indexOf(10); stop >= 0; stop = piece.indexOf(10, start)) {
          const line = Buffer.concat([...begun, piece.subarray(start, stop)])
          start = stop + 1
          begun = []
          if (skipped > 0) {
            skipped--
            continue
          }
          rows.push(JSON.parse(line.toString('utf8')) as unknown[])
          bytes += line.length
          if (rows.length === to - from || bytes >= maxBytes) return { rows, bytes }
        }
        // What is skipped need not be kept.
        if (skipped === 0) begun.push(piece.subarray(start))
      }
      return { rows, bytes }
    },
    async *pieces() {
      for (let from = 0; from < sizeBytes; ) {
        const piece = await readAll(file, from, Math.min(sizeBytes, from + PIECE_BYTES))
        const end = piece.lastIndexOf(10) + 1
        // A line longer than a piece: read on to the next mark that is surely behind it.
        const whole =
          end > 0
            ? piece.subarray(0, end)
            : await readAll(file, from, marks.find(mark => mark > from + PIECE_BYTES) ?? sizeBytes)
        from += whole.length
        yield whole.toString('utf8')
      }
    },
    async [Symbol.asyncDispose]() {
      await file.close().catch(() => {})
      await rm(path, { force: true })
    },
  }
}

async function writeAll(file: FileHandle, content: Buffer, position: number): Promise<void> {
  for (let written = 0; written < content.length; ) {
    const { bytesWritten } = await file.write(content, written, content.length - written, position + written)
    written += bytesWritten
  }
}

async function readAll(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(end - start)
  for (let filled = 0; filled < content.length; ) {
    const { bytesRead } = await file.read(content, filled, content.length - filled, start + filled)
    if (bytesRead === 0) throw new Error(`The spool ended at ${start + filled}, ${end} wanted.`)
    filled += bytesRead
  }
  return content
}
