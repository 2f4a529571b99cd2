/** What can go wrong at a port; `code` is stable and what tests and GraphQL errors rely on. */
export type PortErrorCode =
  | 'TOPIC_MISMATCH'
  | 'UNKNOWN_TOPIC'
  | 'LOG_CLOSED'
  | 'LOG_CORRUPT'
  | 'LOG_WRITE_FAILED'
  | 'INVALID_ARGUMENT'
  | 'WRITER_FENCED'
  | 'CACHE_CLOSED'
  | 'TRACKING_CLOSED'
  | 'TRACKING_REFUSED'
  | 'NOT_FOUND'
  | 'ENGINE_UNREACHABLE'
  | 'ENGINE_ACCESS_DENIED'
  | 'ENGINE_UNSUPPORTED'
  | 'DATA_DIRECTORY_LOCKED'
  | 'DATA_DIRECTORY_UNUSABLE'
  | 'STORAGE_FULL'
  | 'LAKE_CLOSED'
  | 'LAKE_TABLE_CORRUPT'
  | 'LAKE_VERSION_UNKNOWN'
  | 'LAKE_UNSUPPORTED'
  | 'LAKE_SCHEMA_MISMATCH'
  | 'LAKE_TRANSACTION_CONFLICT'
  | 'SQL_SYNTAX'
  | 'SQL_REFUSED'
  | 'SQL_UNKNOWN_NAME'
  | 'SQL_PARAMETER'
  | 'SQL_EXECUTION'
  | 'SQL_TIMEOUT'
  | 'SQL_CANCELLED'
  | 'SQL_MEMORY'
  | 'SQL_BUSY'
  | 'SQL_ENGINE_LOST'

export interface PortErrorOptions {
  cause?: unknown
  /** Facts a caller may act on: topic, partition, offset, file, pid, url. */
  details?: Readonly<Record<string, string | number | null>>
}

/** An error of a port or adapter. The message says what was given and what was wanted. */
export class PortError extends Error {
  override readonly name = 'PortError'
  readonly code: PortErrorCode
  readonly details: Readonly<Record<string, string | number | null>>

  constructor(code: PortErrorCode, message: string, { cause, details = {} }: PortErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}
