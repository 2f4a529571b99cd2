import type { Column } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { lineageText } from './lineage.ts'
import { recordText } from './record-text.ts'
import type { RowReader } from './row-reading.ts'
import { unstorableText } from './unstorable-text.ts'
import { instantText, isStorable } from './utc-text.ts'

export const OUTCOME_COLUMNS: readonly Column[] = [
  { name: 'session', type: 'string', nullable: true, comment: 'Training session that learned.' },
  { name: 'seq', type: 'long', nullable: true, comment: 'The prediction, within the session.' },
  { name: 'label', type: 'double', nullable: true, comment: 'The truth.' },
  {
    name: 'loss',
    type: 'double',
    nullable: true,
    comment: 'What the prediction cost; null where not finite.',
  },
]

type Row = [seq: number, label: number | null, loss: number | null]

/** Reads what labels showed of predictions: a record carries many, and each becomes a row. They happen when they are appended. */
export function createOutcomeRows({ id }: UseCase): RowReader {
  return record => {
    const outcomes = parse(recordText(record.value))
    if (outcomes === null) {
      return {
        ok: false,
        code: 'INVALID_OUTCOME',
        message: `${id} outcome refused: JSON of the form {"session", "rows": [[seq, label, loss], …]} in UTF-8 wanted.`,
      }
    }
    const { session, rows } = outcomes
    if (rows.length === 0) return null
    const { timestamp } = record
    const at = isStorable(timestamp) ? { text: instantText(timestamp), ms: timestamp } : null
    const lineage = lineageText(record, at)
    const head = `{"session":${JSON.stringify(session)},"seq":`
    const unstorable = unstorableText(head)
    if (unstorable) return unstorable
    let text = ''
    for (const [seq, label, loss] of rows) text += `${head}${seq},"label":${label},"loss":${loss},${lineage}`
    return { ok: true, text, rows: rows.length }
  }
}

function parse(text: string | null): { session: string; rows: Row[] } | null {
  try {
    const { session, rows } = JSON.parse(text ?? '') as { session: unknown; rows: unknown }
    if (typeof session !== 'string' || !Array.isArray(rows) || !rows.every(isRow)) return null
    return { session, rows }
  } catch {
    return null
  }
}

function isRow(row: unknown): row is Row {
  if (!Array.isArray(row) || row.length !== 3) return false
  const [seq, label, loss] = row as unknown[]
  return (
    Number.isSafeInteger(seq) &&
    (label === null || Number.isFinite(label)) &&
    (loss === null || Number.isFinite(loss))
  )
}
