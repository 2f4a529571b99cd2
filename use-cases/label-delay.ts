import type { Item } from './generator.ts'
import type { LabelRecord } from './label-record.ts'
import { createTimeQueue } from './time-queue.ts'
import { formatTimestamp } from './timestamp.ts'

export interface PendingLabel {
  eventId: string
  key: string
  label: number
  eventMs: number
  labelMs: number
}

export interface LabelDelay {
  /** Time of the next label; Infinity if none waits. */
  nextMs(): number
  add(pending: PendingLabel): void
  /** The next label as an item for `<topic>.labels`. Only if one waits. */
  take(): LabelItem
  /** All labels that wait, in order. */
  takeAll(): LabelItem[]
  readonly waiting: number
}

export type LabelItem = Extract<Item, { kind: 'label' }>

/** Labels that wait for their time, in order. */
export function createLabelDelay(): LabelDelay {
  const queue = createTimeQueue<PendingLabel>()
  const take = () => toItem(queue.pop() as PendingLabel)
  return {
    get waiting() {
      return queue.size
    },
    nextMs: queue.nextMs,
    add: pending => queue.push(pending.labelMs, pending),
    take,
    takeAll: () => Array.from({ length: queue.size }, take),
  }
}

function toItem({ eventId, key, label, eventMs, labelMs }: PendingLabel): LabelItem {
  const record: LabelRecord = {
    event_id: eventId,
    label,
    event_time: formatTimestamp(eventMs),
    label_time: formatTimestamp(labelMs),
    version: 1,
  }
  return { kind: 'label', timeMs: labelMs, key, record }
}
