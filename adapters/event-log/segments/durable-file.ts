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

/** Opens or creates the file and cuts it to `size` bytes. */
export const openDurableFile = async (path: string, size: number, calls: FileCalls): Promise<DurableFile> => {
  const fd = await promisify(open)(path, constants.O_RDWR | constants.O_CREAT, 0o644)
  let durable = size
  let broken = false

  const cutBack = async () => {
    broken = true
    await calls.truncate(fd, durable)
    await calls.sync(fd)
    broken = false
  }

  try {
    await cutBack()
  } catch (error) {
    await promisify(close)(fd)
    throw error
  }

  const write = async (buffers: readonly Buffer[]): Promise<number> => {
    let position = durable
    let rest = [...buffers]
    while (rest.length > 0) {
      const written = await calls.write(fd, rest.slice(0, MAX_BUFFERS), position)
      // A full disk may take a part first and refuse only the next call; no progress at all must not loop.
      if (written <= 0) throw new Error(`Wrote ${written} bytes at byte ${position}, wanted more.`)
      position += written
      rest = withoutFirst(rest, written)
    }
    return position
  }

  return {
    path,
    get size() {
      return durable
    },
    async append(buffers) {
      try {
        if (broken) await cutBack()
        const end = await write(buffers)
        await calls.sync(fd)
        durable = end
      } catch (cause) {
        await cutBack().catch(() => {})
        throw writeFailed(path, cause)
      }
    },
    close: () => promisify(close)(fd),
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

const withoutFirst = (buffers: Buffer[], bytes: number): Buffer[] => {
  let skip = bytes
  let index = 0
  while (index < buffers.length && skip >= buffers[index]!.length) skip -= buffers[index++]!.length
  if (skip === 0) return buffers.slice(index)
  return [buffers[index]!.subarray(skip), ...buffers.slice(index + 1)]
}
