/**
 * What a line of a commit file or a row of a checkpoint says, under the names of the Delta transaction log protocol
 * (https://github.com/delta-io/delta/blob/master/PROTOCOL.md). Exactly one member is there. Fields that we do not know are kept as
 * they were read where an action is written again, and have no type here.
 */
export interface Action {
  add?: AddFile
  remove?: RemoveFile
  txn?: Transaction
  metaData?: MetaData
  protocol?: Protocol
  commitInfo?: CommitInfo
}

export interface AddFile {
  /** As in the log: URL-encoded, relative to the table or an absolute URI. */
  path: string
  /** By the names of the partition columns; null (or, as old writers have it, an empty text) is the null partition. */
  partitionValues: Record<string, string | null>
  /** Bytes. */
  size: number
  /** Unix milliseconds. */
  modificationTime: number
  /** False for rows that were there before, in other files. */
  dataChange: boolean
  /** JSON as `file-stats.ts` reads it. */
  stats?: string
  tags?: Record<string, string | null>
}

export interface RemoveFile {
  path: string
  /** Unix milliseconds. */
  deletionTimestamp?: number
  dataChange: boolean
  extendedFileMetadata?: boolean
  partitionValues?: Record<string, string | null>
  size?: number
  stats?: string
  tags?: Record<string, string | null>
}

export interface Transaction {
  appId: string
  version: number
  /** Unix milliseconds. */
  lastUpdated?: number
}

export interface MetaData {
  id: string
  name?: string
  description?: string
  format: { provider: string; options: Record<string, string> }
  /** As `schema-codec.ts` reads it. */
  schemaString: string
  partitionColumns: string[]
  /** Unix milliseconds. */
  createdTime?: number
  configuration: Record<string, string>
}

export interface Protocol {
  minReaderVersion: number
  minWriterVersion: number
  readerFeatures?: string[]
  writerFeatures?: string[]
}

/** Free form by the protocol; these are the members that we and Spark write. */
export interface CommitInfo {
  /** Unix milliseconds. */
  timestamp?: number
  operation?: string
  operationParameters?: Record<string, unknown>
  operationMetrics?: Record<string, unknown>
  readVersion?: number
  isolationLevel?: string
  isBlindAppend?: boolean
  engineInfo?: string
  /** Unique to an attempt: tells a commit of ours whose answer was lost from one of somebody else. */
  txnId?: string
  inCommitTimestamp?: number
}
