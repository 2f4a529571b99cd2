import type { LogRecord } from '#ports/event-log.ts'

/** Counts the predictions of one session's order log and finds source records that were left out or predicted twice. */
export interface OrderAudit {
  readonly predictions: number
  /** Source offsets that were passed over. */
  readonly missing: number
  /** Source offsets that came again. */
  readonly doubled: number
  /** Of the newest prediction; null before the first. */
  readonly lastEventId: string | null
  take(records: readonly LogRecord[]): void
}

/** A prediction's record begins with these; `subgraphs/incremental/session/order-record.ts` writes it. */
const HEAD =
  /^\{"v":1,"kind":"prediction","useCase":"[^"]*","session":"[^"]*","seq":(\d+),"partition":(\d+),"offset":(\d+),/
const HEAD_BYTES = 300
const EVENT_ID = /"eventId":"([^"]*)"/
const EVENT_ID_BYTES = 600

/** A source whose offsets have no holes: each partition must come from 0 on, one by one. */
export function createOrderAudit(partitions: number): OrderAudit {
  const next = new Array<number>(partitions).fill(0)
  let predictions = 0
  let missing = 0
  let doubled = 0
  let newest: Uint8Array | null = null

  return {
    get predictions() {
      return predictions
    },
    get missing() {
      return missing
    },
    get doubled() {
      return doubled
    },
    get lastEventId() {
      return newest && (EVENT_ID.exec(latin1(newest, EVENT_ID_BYTES))?.[1] ?? null)
    },
    take(records) {
      for (const { value } of records) {
        const [, , partitionText, offsetText] = HEAD.exec(latin1(value, HEAD_BYTES)) ?? []
        if (partitionText === undefined) continue
        const partition = Number(partitionText)
        const offset = Number(offsetText)
        const wanted = next[partition] as number
        predictions++
        newest = value
        if (offset < wanted) doubled++
        else missing += offset - wanted
        next[partition] = Math.max(wanted, offset + 1)
      }
    },
  }
}

function latin1({ buffer, byteOffset, length }: Uint8Array, most: number): string {
  return Buffer.from(buffer, byteOffset, Math.min(length, most)).toString('latin1')
}
