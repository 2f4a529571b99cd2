/** A record of `<topic>.outcomes`: labels as they met their predictions, in the order in which they were learned. */
export interface OutcomeRecord {
  v: 1
  session: string
  /** Labels that the session had learned before the first of these. */
  from: number
  /** Sequence number of the prediction, label, loss (null where it is not finite). */
  rows: [seq: number, label: number, loss: number | null][]
}

/** Rows in one record: a backlog's worth at once would pass the size limits of a log. */
const MAX_ROWS = 2000

/** Values for `<topic>.outcomes` from triples of sequence number, label and loss. */
export function outcomeTexts(session: string, from: number, triples: Float64Array): string[] {
  const texts: string[] = []
  for (let start = 0; start < triples.length; start += MAX_ROWS * 3) {
    const end = Math.min(triples.length, start + MAX_ROWS * 3)
    const rows: OutcomeRecord['rows'] = []
    for (let i = start; i < end; i += 3) {
      rows.push([triples[i] as number, triples[i + 1] as number, triples[i + 2] as number])
    }
    texts.push(JSON.stringify({ v: 1, session, from: from + start / 3, rows } satisfies OutcomeRecord))
  }
  return texts
}

export function parseOutcomeRecord(value: Uint8Array): OutcomeRecord {
  return JSON.parse(new TextDecoder().decode(value)) as OutcomeRecord
}
