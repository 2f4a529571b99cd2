import {
  FRAME_HEADER_BYTES,
  FRAME_MAGIC_BYTES,
  type FrameHeader,
  isFrameIntact,
  readFrameHeader,
} from './batch-frame.ts'

/** Reads `length` bytes of a file at `position` into `buffer`; resolves with the bytes read, fewer only at the end. */
export type ReadAt = (buffer: Buffer, position: number, length: number) => Promise<number>

export interface FoundFrame {
  buffer: Buffer
  /** Where the frame starts in `buffer`, and in the file. */
  at: number
  position: number
  header: FrameHeader
}

/** Bytes from `position` to `end` hold no frame; nothing valid follows if `end` is the reader's limit. */
export interface Damage {
  damaged: true
  position: number
  end: number
}

export interface FrameReader {
  /** The frame at the current position, damage, `null` at the limit, or `undefined` until `fill` has read more. */
  peek(): FoundFrame | Damage | null | undefined
  /** Steps over what `peek` returned. */
  advance(): void
  fill(): Promise<void>
}

/** Large enough that a system call costs little per record, small enough for many readers at once. */
const CHUNK_BYTES = 512 * 1024

/** Walks the frames of one file from `position` up to `limit()`, which may grow. */
export const createFrameReader = (read: ReadAt, position: number, limit: () => number): FrameReader => {
  let chunk: Buffer = Buffer.alloc(0)
  let chunkAt = position
  let wanted = 0
  let found: FoundFrame | Damage | null = null
  /** Where a damaged stretch began; the search for the next frame goes on at `position`. */
  let damagedFrom: number | null = null

  const buffered = () => chunkAt + chunk.length - position

  const inspect = (): FoundFrame | 'invalid' | 'incomplete' => {
    const left = limit() - position
    if (left < FRAME_HEADER_BYTES) return 'invalid'
    if (buffered() < FRAME_HEADER_BYTES) return need(FRAME_HEADER_BYTES)
    const at = position - chunkAt
    const header = readFrameHeader(chunk, at)
    if (!header || header.size > left) return 'invalid'
    if (buffered() < header.size) return need(header.size)
    return isFrameIntact(chunk, at, header) ? { buffer: chunk, at, position, header } : 'invalid'
  }
  const need = (bytes: number): 'incomplete' => {
    wanted = bytes
    return 'incomplete'
  }

  /** Moves to the next place where a frame might start; false if the search needs more bytes. */
  const skip = (): void => {
    damagedFrom ??= position
    const next = chunk.indexOf(FRAME_MAGIC_BYTES, Math.max(0, position - chunkAt) + 1)
    // A magic may lie across the end of the chunk, hence the three bytes less.
    position = next >= 0 ? chunkAt + next : Math.max(position + 1, chunkAt + chunk.length - 3)
    position = Math.min(position, limit())
  }

  return {
    peek() {
      if (found) return found
      while (position < limit()) {
        const result = inspect()
        if (result === 'incomplete') return undefined
        if (result === 'invalid') {
          skip()
          continue
        }
        if (damagedFrom !== null) break
        found = result
        return found
      }
      if (damagedFrom === null) return null
      found = { damaged: true, position: damagedFrom, end: position }
      return found
    },
    advance() {
      if (!found) return
      position = 'damaged' in found ? found.end : found.position + found.header.size
      damagedFrom = null
      found = null
    },
    async fill() {
      const length = Math.min(limit() - position, Math.max(CHUNK_BYTES, wanted))
      const next = Buffer.allocUnsafeSlow(length)
      const bytes = await read(next, position, length)
      chunk = next.subarray(0, bytes)
      chunkAt = position
      wanted = 0
      // A file shorter than its limit would otherwise be asked for ever.
      if (bytes === 0) throw new Error(`Read nothing at byte ${position}, wanted ${length} bytes.`)
    },
  }
}
