import { createHash } from 'node:crypto'
import type { EventLog } from '#ports/event-log.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { auditId } from './audit-id.ts'
import { AUDIT_TOPIC, type AuditedStatement, type AuditOutcome, type AuditRecord } from './audit-entry.ts'

/** Writes down what is asked of the lake: once before it runs, once at its end. */
export interface AuditLog {
  /** Durable once resolved. What can't be written down must not run: throws CodedError `SQL_AUDIT_UNAVAILABLE`. */
  begin(statement: AuditedStatement): Promise<{ end(outcome: AuditOutcome): Promise<void> }>
  /** A statement that never began, both records at once. Never throws. */
  refused(statement: AuditedStatement, outcome: Pick<AuditOutcome, 'outcome' | 'elapsedMs'>): Promise<void>
}

export async function openAuditLog({
  log,
  instance,
  notice,
}: {
  log: EventLog
  instance: string
  notice: (level: 'info' | 'warn', message: string) => void
}): Promise<AuditLog> {
  await log.createTopics([{ name: AUDIT_TOPIC, partitions: 1 }])

  const append = (records: readonly AuditRecord[]) =>
    log.append(
      AUDIT_TOPIC,
      records.map(record => ({ key: record.id, value: JSON.stringify(record) })),
      { partition: 0 },
    )

  async function appendEnd(records: readonly AuditRecord[]): Promise<void> {
    try {
      await append(records)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      notice('warn', `The end of the statement ${records[0]?.id} is missing from the audit: ${reason}`)
    }
  }

  function first({ params, id, ...rest }: AuditedStatement): AuditRecord {
    return {
      v: 1,
      stage: 'accepted',
      at: Date.now(),
      ...rest,
      id: auditId(id),
      paramsHash: params == null ? null : createHash('sha256').update(JSON.stringify(params)).digest('hex'),
      instance,
    }
  }

  const last = (accepted: AuditRecord, outcome: AuditOutcome): AuditRecord => ({
    ...accepted,
    ...outcome,
    stage: 'ended',
    endedAt: Date.now(),
  })

  return {
    async begin(statement) {
      const accepted = first(statement)
      try {
        await append([accepted])
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        notice('warn', `A statement was not run, since the audit can't be written: ${reason}`)
        throw new CodedError(
          'SQL_AUDIT_UNAVAILABLE',
          'The statement was not run: the audit, which every statement goes into first, can not be written.',
        )
      }
      return { end: outcome => appendEnd([last(accepted, outcome)]) }
    },
    refused(statement, outcome) {
      const accepted = { ...first(statement), at: Date.now() - outcome.elapsedMs }
      return appendEnd([accepted, last(accepted, { rowCount: 0, bytesScanned: 0, ...outcome })])
    },
  }
}
