import { crc32c } from '../segments/crc32c.ts'

/** What the killed writer puts into a record, so that a reader can tell whether it is whole and whose it is. */
export interface KillRecord {
  round: number
  writer: number
  sequence: number
}

/** `round:writer:sequence:checksum:padding`, the padding of a length that follows from the rest. */
export const formatKillRecord = ({ round, writer, sequence }: KillRecord): string => {
  const padding = String(sequence % 10).repeat((sequence * 37 + writer) % 700)
  const content = `${round}:${writer}:${sequence}:${padding}`
  return `${crc32c(Buffer.from(content))}:${content}`
}

/** Null if any byte is not as it was written. */
export const parseKillRecord = (value: Uint8Array): KillRecord | null => {
  const text = Buffer.from(value).toString()
  const [, round, writer, sequence] = text.split(':').map(Number)
  const record = { round: round ?? -1, writer: writer ?? -1, sequence: sequence ?? -1 }
  return formatKillRecord(record) === text ? record : null
}

export const KILL_TOPIC = 'killed'
export const KILL_COMPACTED_TOPIC = 'killed.compacted'
export const KILL_PARTITIONS = 2
export const KILL_WRITERS = 4
/** Small, so that rolls, index files and compactions are also hit. */
export const KILL_SEGMENT_BYTES = 128 * 1024
