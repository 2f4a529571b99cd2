import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { createRandom } from '#learn/math/random.ts'
import type { Column, ColumnType, Lake } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Field, Fields } from '#use-cases/fields.ts'
import type { JsonEvent, Mode } from '#use-cases/generator.ts'
import type { LabelRecord } from '#use-cases/label-record.ts'
import { topicsOf } from '#use-cases/topics.ts'

/** A lake in a temporary folder, filled as the sink fills it. */
export interface TestLake extends AsyncDisposable {
  readonly lake: Lake
  addEvents(useCase: UseCase, events: readonly JsonEvent[]): Promise<void>
  addLabels(useCase: UseCase, labels: readonly LabelRecord[]): Promise<void>
}

export async function openTestLake(): Promise<TestLake> {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'batch-training-'))
  opening.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const objects = opening.use(await openFileObjects({ directory: join(folder, 'lake') }))
  const lake = opening.use(await openDeltaLake({ objects, workDirectory: join(folder, 'work') }))
  const opened = opening.move()
  let offset = 0

  async function append(name: string, columns: readonly Column[], rows: readonly JsonEvent[]): Promise<void> {
    const table = await lake.ensureTable({
      name,
      columns: [...columns, ...LINEAGE],
      partitionBy: ['event_date'],
    })
    const text = rows.map(row => `${JSON.stringify(row)}\n`).join('')
    await table.append({ rows: [Buffer.from(text)], rowCount: rows.length })
  }

  function lineage(time: unknown): JsonEvent {
    const _event_time = time as string
    return { _partition: 0, _offset: offset++, _event_time, event_date: _event_time.slice(0, 10) }
  }

  return {
    lake,
    addEvents: (useCase, events) =>
      append(
        useCase.topic,
        columnsOf(useCase.fields),
        events.map(event => ({ ...event, ...lineage(event[useCase.time]) })),
      ),
    addLabels: (useCase, labels) =>
      append(
        topicsOf(useCase).labels,
        LABELS,
        labels.map(label => ({ ...label, ...lineage(label.event_time) })),
      ),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** What a generator makes: events, and labels that come on their own. */
export function generated(
  useCase: UseCase,
  { mode = 'parity', count, seed, rate }: { mode?: Mode; count: number; seed: number; rate?: number },
): { events: JsonEvent[]; labels: LabelRecord[] } {
  const generator = useCase.generate({
    mode,
    options: useCase.id === 'TFD' ? { 'fraud-probability': 0.1 } : {},
    random: createRandom(seed),
    faker: {
      internet: { userAgent: () => 'Mozilla/5.0', ipv4: () => '192.0.2.1' },
      word: { noun: () => 'lamp' },
    },
    startMs: Date.UTC(2026, 0, 5),
    ...(rate !== undefined && { rate }),
  })
  const events: JsonEvent[] = []
  const labels: LabelRecord[] = []
  while (events.length < count) {
    const item = generator.next()
    if (item.kind === 'event') events.push(item.record)
    if (item.kind === 'label') labels.push(item.record)
  }
  return { events, labels }
}

const column = (name: string, type: ColumnType): Column => ({ name, type, nullable: true })

const LINEAGE = [
  column('_partition', 'integer'),
  column('_offset', 'long'),
  column('_event_time', 'timestamp'),
  column('event_date', 'date'),
]
const LABELS = [
  column('event_id', 'string'),
  column('label', 'double'),
  column('event_time', 'timestamp'),
  column('label_time', 'timestamp'),
  column('version', 'long'),
]
const TYPES = {
  id: 'string',
  text: 'string',
  category: 'string',
  number: 'double',
  integer: 'integer',
  flag: 'boolean',
  timestamp: 'timestamp',
} as const

function columnsOf(fields: Fields): Column[] {
  return Object.entries(fields).map(([name, field]) => column(name, typeOf(field)))
}

function typeOf({ kind, fields }: Field): ColumnType {
  return kind === 'object' ? { type: 'struct', fields: columnsOf(fields ?? {}) } : TYPES[kind]
}
