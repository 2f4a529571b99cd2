import type { Column, Lake, LakeTable, RowBatch, ScanOptions, Snapshot, SnapshotAt } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { CodedError } from './coded-error.ts'

/** Events as of one version of their table, always the same ones in the same order. */
export interface TrainingSnapshot {
  version: number
  rowCount: number
  columns: readonly Column[]
  /** Rows by event time, then partition and offset of the log. It may be read once. */
  batches: AsyncIterable<RowBatch>
}

export interface TrainingSnapshotOptions {
  lake: Lake
  useCase: Pick<UseCase, 'id' | 'topic'>
  /** Default: the newest version. */
  asOf?: SnapshotAt | undefined
  /** Names of columns, members of objects dotted; default all. */
  columns?: readonly string[] | undefined
  /** A fraction (0, 1] of the rows. The rows of a smaller fraction are among those of a larger one with the same seed. */
  sample?: number | undefined
  /** A whole number; another one chooses other rows. */
  seed?: number
  signal?: AbortSignal | undefined
}

const ORDER = ['_event_time', '_partition', '_offset']
/** A row's place in the log is what it has for ever, in whichever file it lies. */
const PLACE = ['_partition', '_offset']

/**
 * The events of a use case to train with. Order and sample depend on the rows alone, not on files: they are the same before and
 * after compaction, and on every store.
 * @throws CodedError `BAD_USER_INPUT`, `TRAINING_DATA_MISSING`; PortError `LAKE_VERSION_UNKNOWN` and what else the lake throws.
 */
export async function trainingSnapshot({
  lake,
  useCase: { id, topic },
  asOf,
  columns: names,
  sample,
  seed = 0,
  signal,
}: TrainingSnapshotOptions): Promise<TrainingSnapshot> {
  if (sample !== undefined && !(sample > 0 && sample <= 1)) {
    throw new CodedError(
      'BAD_USER_INPUT',
      `sample: ${sample} given, a fraction above 0 and at most 1 wanted.`,
    )
  }
  if (!Number.isSafeInteger(seed)) {
    throw new CodedError('BAD_USER_INPUT', `seed: ${seed} given, a whole number wanted.`)
  }
  const table = await lake.open(topic)
  if (!table) {
    throw new CodedError(
      'TRAINING_DATA_MISSING',
      `${id} has no table ${topic} in the lake yet, which the sink makes.`,
    )
  }
  const snapshot = await table.snapshot(asOf)
  const columns = chosenColumns(snapshot.columns, names, topic)
  const chosen: ScanOptions = {
    ...(sample !== undefined && { sample: { fraction: sample, seed, by: PLACE } }),
    ...(signal && { signal }),
  }
  const rowCount =
    (sample === undefined ? snapshot.rowCount : null) ?? (await countRows(table, snapshot, chosen))
  return {
    version: snapshot.version,
    rowCount,
    columns,
    batches: table.scan(snapshot, { ...chosen, columns: columns.map(({ name }) => name), orderBy: ORDER }),
  }
}

async function countRows(table: LakeTable, snapshot: Snapshot, options: ScanOptions): Promise<number> {
  let count = 0
  for await (const { rowCount } of table.scan(snapshot, { ...options, columns: ['_offset'] }))
    count += rowCount
  return count
}

/** The columns under the names that were asked for. */
function chosenColumns(
  all: readonly Column[],
  names: readonly string[] | undefined,
  table: string,
): readonly Column[] {
  if (!names) return all
  if (names.length === 0) throw new CodedError('BAD_USER_INPUT', 'columns: none given, at least one wanted.')
  const repeated = names.find((name, index) => names.indexOf(name) < index)
  if (repeated !== undefined) throw new CodedError('BAD_USER_INPUT', `columns: "${repeated}" given twice.`)
  return names.map(name => {
    // A column whose own name has a dot comes before a member of that name.
    const found = all.find(column => column.name === name) ?? memberOf(all, name.split('.'))
    if (found) return { ...found, name }
    const known = all.map(column => column.name).join(', ')
    throw new CodedError(
      'BAD_USER_INPUT',
      `columns: "${name}" given, one of table ${table} wanted: ${known}.`,
    )
  })
}

function memberOf(columns: readonly Column[], [first, ...rest]: readonly string[]): Column | null {
  const column = columns.find(({ name }) => name === first)
  if (!column || rest.length === 0) return column ?? null
  const { type } = column
  return typeof type === 'object' && type.type === 'struct' ? memberOf(type.fields, rest) : null
}
