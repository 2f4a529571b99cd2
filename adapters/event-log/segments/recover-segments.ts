import { mkdir, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { PortError } from '#ports/port-error.ts'
import { createFrameReader } from './frame-reader.ts'
import type { ReadHandles } from './read-handles.ts'
import { addFrame, createSegment, parseSegmentName, type Segment } from './segment.ts'
import { loadSegmentIndex, removeSegment, saveSegmentIndex } from './segment-index-file.ts'

/** A torn end that was found and cut off: an append that had not been acknowledged. */
export interface Repair {
  topic: string
  partition: number
  file: string
  /** The offset that the next record gets. */
  offset: number
  /** Bytes cut off. */
  bytes: number
}

export interface RecoverOptions {
  topic: string
  partition: number
  directory: string
  handles: ReadHandles
  onRepair: (repair: Repair) => void
  onCorrupt: (error: PortError) => void
}

/**
 * Finds the segments of a partition, oldest first and at least one, the last of which may be appended to after cutting
 * it to `bytes`. Only what its index does not cover is read.
 */
export const recoverSegments = async (options: RecoverOptions): Promise<Segment[]> => {
  const { topic, partition, directory, onRepair } = options
  await mkdir(directory, { recursive: true })
  const segments = await findSegments(directory)
  const active = segments.at(-1)
  for (const segment of segments) {
    const fileBytes = (await stat(segment.path)).size
    const isActive = segment === active && segment.compactedTo === null
    const indexed = await loadSegmentIndex(segment, fileBytes)
    if (indexed && segment.bytes === fileBytes) continue
    await scan(options, segment, fileBytes)
    const written = await writtenBytes(options.handles, segment, fileBytes)
    if (isActive && written > segment.bytes) {
      const bytes = written - segment.bytes
      onRepair({ topic, partition, file: segment.path, offset: segment.end, bytes })
    }
    if (!isActive) {
      // Space that was reserved and not used goes; anything else is kept as it is, for readers to report.
      if (written === segment.bytes) await truncate(segment.path, written)
      else segment.bytes = fileBytes
      await saveSegmentIndex(segment)
    }
  }
  if (active === undefined) segments.push(createSegment(directory, 0))
  else if (active.compactedTo !== null) segments.push(createSegment(directory, active.end))
  return segments
}

/** Where the bytes behind the last intact frame end that are more than reserved space: zeros. */
const writtenBytes = async (
  handles: ReadHandles,
  { path, bytes }: Segment,
  fileBytes: number,
): Promise<number> => {
  const chunk = Buffer.allocUnsafe(64 * 1024)
  let end = bytes
  for (let position = bytes; position < fileBytes; position += chunk.length) {
    const length = await handles.read(path, chunk, position, Math.min(chunk.length, fileBytes - position))
    const last = chunk.subarray(0, length).findLastIndex(byte => byte !== 0)
    if (last >= 0) end = position + last + 1
  }
  return end
}

/** The files that count, in order; what an interrupted compaction left behind is removed. */
const findSegments = async (directory: string): Promise<Segment[]> => {
  const names = await readdir(directory)
  for (const name of names) if (name.endsWith('.tmp')) await rm(join(directory, name), { force: true })
  const found = names
    .flatMap(name => parseSegmentName(name) ?? [])
    .sort((a, b) => a.base - b.base || (b.compactedTo ?? 0) - (a.compactedTo ?? 0))
  const kept: Segment[] = []
  for (const { base, compactedTo } of found) {
    const segment = createSegment(directory, base, compactedTo)
    if (base < (kept.at(-1)?.compactedTo ?? 0)) await removeSegment(segment)
    else kept.push(segment)
  }
  const indexes = new Set(kept.map(({ path }) => path.replace(/\.log$/, '.index')))
  for (const name of names) {
    if (name.endsWith('.index') && !indexes.has(join(directory, name)))
      await rm(join(directory, name), { force: true })
  }
  return kept
}

/** Reads the frames behind `segment.bytes` and takes them into account, up to the last intact one. */
const scan = async (
  { topic, partition, handles, onCorrupt }: RecoverOptions,
  segment: Segment,
  fileBytes: number,
): Promise<void> => {
  const { path } = segment
  const read = (buffer: Buffer, at: number, length: number) => handles.read(path, buffer, at, length)
  const reader = createFrameReader(read, segment.bytes, () => fileBytes)
  for (let found = reader.peek(); found !== null; found = reader.peek()) {
    if (found === undefined) {
      await reader.fill()
      continue
    }
    reader.advance()
    if (!('damaged' in found)) {
      addFrame(segment, { position: found.position, ...found.header })
    } else if (found.end < fileBytes) {
      // Intact frames follow, so this is no torn end: cutting here would lose what was acknowledged.
      const { end } = segment
      const place = `bytes ${found.position} to ${found.end} of ${path}`
      const details = { topic, partition, offset: end, file: path, position: found.position }
      onCorrupt(
        new PortError('LOG_CORRUPT', `Offset ${end} of ${topic}/${partition} is damaged in ${place}.`, {
          details,
        }),
      )
    }
  }
}
