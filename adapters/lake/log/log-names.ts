/** What a key within `_delta_log/` names. */
export type LogName =
  | { kind: 'commit'; version: number }
  | { kind: 'checkpoint'; version: number; part: number; parts: number }
  /** A checkpoint of version 2, which we can't read. */
  | { kind: 'checkpoint-v2'; version: number }
  /** Belongs to a version, can be built again by its writer, and goes with it: checksums. */
  | { kind: 'checksum'; version: number }
  | { kind: 'foreign' }

export const LOG_FOLDER = '_delta_log/'
export const LAST_CHECKPOINT = `${LOG_FOLDER}_last_checkpoint`

export const commitName = (version: number): string => `${LOG_FOLDER}${digits(version, 20)}.json`

export const checkpointName = (version: number): string =>
  `${LOG_FOLDER}${digits(version, 20)}.checkpoint.parquet`

/** Sorts before every key of this version and behind those of all before it. */
export const versionStart = (version: number): string => `${LOG_FOLDER}${digits(version, 20)}`

/** Where Hadoop's local file system keeps the checksum of a file; Spark fails on one that does not fit. */
export const hadoopChecksumName = (key: string): string => key.replace(/[^/]+$/, '.$&.crc')

/** Reads a key relative to the table. */
export const parseLogName = (key: string): LogName => {
  const hidden = HADOOP_CHECKSUM.exec(key)
  if (hidden !== null) return { kind: 'checksum', version: Number(hidden[1]) }
  const match = PATTERN.exec(key)
  if (match === null) return { kind: 'foreign' }
  const [, number = '', suffix = '', part, parts, uuid] = match
  const version = Number(number)
  if (!Number.isSafeInteger(version)) return { kind: 'foreign' }
  if (suffix === 'json') return { kind: 'commit', version }
  if (suffix === 'crc') return { kind: 'checksum', version }
  if (uuid !== undefined) return { kind: 'checkpoint-v2', version }
  return { kind: 'checkpoint', version, part: Number(part ?? 1), parts: Number(parts ?? 1) }
}

const PATTERN =
  /^_delta_log\/(\d{20})\.(json|crc|checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet|checkpoint\.([0-9a-fA-F-]{36})\.(?:parquet|json))$/

const HADOOP_CHECKSUM = /^_delta_log\/\.(\d{20})\.[^/]+\.crc$/

const digits = (value: number, count: number): string => String(value).padStart(count, '0')
