/** Topic of the audit: one partition, so that its order is that of time. */
export const AUDIT_TOPIC = 'platform.sql_audit'

export type AuditKind = 'query' | 'live' | 'export'

/** What is known of a statement before it runs. */
export interface AuditedStatement {
  id: string
  kind: AuditKind
  /** Id of the use case that was chosen. */
  useCase: string | null
  statement: string
  params: unknown
  /** Name of the GraphQL operation. */
  operation: string | null
  /** `tfd.events@12`, with `+` where records beyond the version are read. */
  tables: readonly string[]
}

export interface AuditOutcome {
  /** `COMPLETE`, `TRUNCATED` or the code of an error. */
  outcome: string
  rowCount: number
  bytesScanned: number
  elapsedMs: number
}

/** A record of `platform.sql_audit`; the second of a statement repeats the first and adds how it ended. `id` is `auditId` of its own. */
export interface AuditRecord extends Omit<AuditedStatement, 'params'>, Partial<AuditOutcome> {
  v: 1
  stage: 'accepted' | 'ended'
  /** Unix milliseconds at which it was accepted. */
  at: number
  /** Unix milliseconds. */
  endedAt?: number
  paramsHash: string | null
  /** The process that ran it. */
  instance: string
}

/** A statement of the audit, with its end if that is known. */
export interface AuditEntry extends AuditRecord {
  /** Offset of its first record. */
  offset: number
}
