import type { Lake } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { parseTimestamp } from '#use-cases/timestamp.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { createIdIndex } from './id-index.ts'

/** The newest version of every label in one version of the labels' table. */
export interface LabelStore {
  /** Null if there is no table of labels. */
  readonly version: number | null
  readonly size: number
  /** When the newest label became known, Unix milliseconds; -Infinity without labels. */
  readonly newestMs: number
  /** NaN for an event without a label. */
  labelOf(eventId: string): number
}

interface Options {
  lake: Lake
  useCase: Pick<UseCase, 'topic'>
  /** Null: the newest; `NO_LABELS` for none. */
  version: number | null
  signal: AbortSignal
}

/** As a version: there was no table of labels. */
export const NO_LABELS = -1

const COLUMNS = ['event_id', 'label', 'label_time', 'version']

/** Of several labels of an event the highest version counts; of equal ones the later, then the larger, whatever their files. */
export async function readLabels({ lake, useCase, version, signal }: Options): Promise<LabelStore> {
  const table = version === NO_LABELS ? null : await lake.open(topicsOf(useCase).labels)
  if (!table) return { version: null, size: 0, newestMs: -Infinity, labelOf: () => Number.NaN }
  const snapshot = await table.snapshot(version === null ? undefined : { version })
  const ids = createIdIndex(snapshot.rowCount ?? 1024)
  // Three numbers an event: label, its version, when it became known.
  let known = new Float64Array(3 * Math.max(1024, snapshot.rowCount ?? 0))
  let newestMs = -Infinity
  for await (const { rowCount, columns } of table.scan(snapshot, { columns: COLUMNS, signal })) {
    const [eventIds, labels, times, versions] = COLUMNS.map(name => columns[name] as readonly unknown[])
    for (let row = 0; row < rowCount; row++) {
      const eventId = eventIds?.[row]
      const label = labels?.[row]
      if (typeof eventId !== 'string' || typeof label !== 'number' || !Number.isFinite(label)) continue
      const timeMs = typeof times?.[row] === 'string' ? parseTimestamp(times[row] as string) : -Infinity
      const own = Number(versions?.[row] ?? 1)
      if (timeMs > newestMs) newestMs = timeMs
      const isNew = ids.find(eventId) < 0
      const at = 3 * ids.add(eventId)
      if (at >= known.length) known = grown(known)
      if (!isNew && !isLater(own, timeMs, label, known, at)) continue
      known[at] = label
      known[at + 1] = own
      known[at + 2] = timeMs
    }
  }
  return {
    version: snapshot.version,
    size: ids.size,
    newestMs,
    labelOf(eventId) {
      const number = ids.find(eventId)
      return number < 0 ? Number.NaN : (known[3 * number] as number)
    },
  }
}

function isLater(version: number, timeMs: number, label: number, known: Float64Array, at: number): boolean {
  const difference =
    version - (known[at + 1] as number) || timeMs - (known[at + 2] as number) || label - (known[at] as number)
  return difference > 0
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length)
  larger.set(values)
  return larger
}
