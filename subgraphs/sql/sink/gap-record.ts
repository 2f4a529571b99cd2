import type { Gap } from '#ports/event-log.ts'
import { quarantineText } from '../tables/quarantine-rows.ts'

/** The quarantine's line for records that retention took before they could be read: their offsets are all that is left. */
export function gapRecord(topic: string, { partition, from, to }: Gap): string {
  const message = `Offsets ${from} to ${to - 1} of ${topic}/${partition} were taken by the log's retention before they were read.`
  return quarantineText(
    {
      topic,
      partition,
      offset: from,
      timestamp: Date.now(),
      key: null,
      value: new Uint8Array(0),
      headers: {},
    },
    { ok: false, code: 'RETENTION_GAP', message },
  )
}
