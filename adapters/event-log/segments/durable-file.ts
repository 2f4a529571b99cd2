import { close, constants, fdatasync, ftruncate, open, writev } from 'node:fs'
import { promisify } from 'node:util'
import { PortError } from '#ports/port-error.ts'

/** The system calls of an append, replaceable to test how faults are met. */
export interface FileCalls {
  write(fd: number, buffers: Buffer[], position: number): Promise<number>
  sync(fd: number): Promise<void>
  truncate(fd: number, length: number): Promise<void>
}

/** A file that grows by synced appends only. */
export interface DurableFile {
  readonly path: string
  /** Bytes that are durable. */
  readonly size: number
  /** Resolves once the bytes are on the disk; rejects with `LOG_WRITE_FAILED`, after which nothing of them is. */
  append(buffers: readonly Buffer[]): Promise<void>
  close(): Promise<void>
}

const writeBuffers = (fd: number, buffers: Buffer[], position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    writev(fd, buffers, position, (error, written) => (error ? reject(error) : resolve(written)))
  })

export const realFileCalls: FileCalls = {
  write: writeBuffers,
  sync: promisify(fdatasync),
  truncate: promisify(ftruncate),
}

/** POSIX lets one call take no more than this many buffers (IOV_MAX). */
const MAX_BUFFERS = 1024
/**
 * A file that has to grow makes each sync also write the file system's journal. So it grows ahead, by zeros as long as
 * itself within these bounds; `close` cuts off what is left of them, and recovery tells them from a torn append.
 */
const MIN_RESERVE_BYTES = 16 * 1024
const ZEROS = Buffer.alloc(1024 ** 2)

/** Opens or creates the file and cuts it to `size` bytes. */
export const openDurableFile = async (path: string, size: number, calls: FileCalls): Promise<DurableFile> => {
  const fd = await promisify(open)(path, constants.O_RDWR | constants.O_CREAT, 0o644)
  let durable = size
  let reserved = size
  let broken = false
  let canReserve = true

  const cutBack = async () => {
    broken = true
    await calls.truncate(fd, durable)
    await calls.sync(fd)
    broken = false
    reserved = durable
  }

  try {
    await cutBack()
  } catch (error) {
    await promisify(close)(fd)
    throw error
  }

  const write = async (buffers: readonly Buffer[]): Promise<void> => {
    let position = durable
    let rest = buffers
    while (rest.length > 0) {
      const written = await calls.write(fd, rest.slice(0, MAX_BUFFERS), position)
      // A full disk may take a part first and refuse only the next call; no progress at all must not loop.
      if (written <= 0) throw new Error(`Wrote ${written} bytes at byte ${position}, wanted more.`)
      position += written
      rest = withoutFirst(rest, written)
    }
  }

  const writeAndReserve = async (buffers: readonly Buffer[], end: number): Promise<void> => {
    if (end <= reserved || !canReserve) return write(buffers)
    const zeros = ZEROS.subarray(0, Math.max(MIN_RESERVE_BYTES, end))
    try {
      await write([...buffers, zeros])
      reserved = end + zeros.length
    } catch {
      // The records alone may still fit on a disk that is nearly full.
      canReserve = false
      await cutBack()
      await write(buffers)
    }
  }

  return {
    path,
    get size() {
      return durable
    },
    async append(buffers) {
      try {
        if (broken) await cutBack()
        const end = buffers.reduce((sum, { length }) => sum + length, durable)
        await writeAndReserve(buffers, end)
        await calls.sync(fd)
        durable = end
      } catch (cause) {
        await cutBack().catch(() => {})
        throw writeFailed(path, cause)
      }
    },
    async close() {
      if (reserved > durable) await calls.truncate(fd, durable).catch(() => {})
      await promisify(close)(fd)
    },
  }
}

/** The error of an append that left nothing behind. */
export const writeFailed = (path: string, cause: unknown): PortError => {
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
  return new PortError('LOG_WRITE_FAILED', `Appending to ${path} failed: ${reason}.`, {
    cause,
    details: { file: path },
  })
}

const withoutFirst = (buffers: readonly Buffer[], bytes: number): Buffer[] => {
  let skip = bytes
  let index = 0
  while (index < buffers.length && skip >= buffers[index]!.length) skip -= buffers[index++]!.length
  if (skip === 0) return buffers.slice(index)
  return [buffers[index]!.subarray(skip), ...buffers.slice(index + 1)]
}
