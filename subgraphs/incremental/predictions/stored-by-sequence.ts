import type { Lake } from '#ports/lake.ts'
import type { PredictionId } from '#subgraphs/prediction-id.ts'
import { createLru } from '#subgraphs/serve/lru.ts'

/** What a table of the lake says of single predictions, by session and sequence number. */
export interface StoredBySequence<Value> {
  /** Null if the lake has nothing. Throws what the lake throws. */
  find(id: PredictionId): Promise<Value | null>
}

/** How long the first of those who ask waits for others to ask with. */
const WINDOW_MS = 5
/** Most sequence numbers in one look; more take turns. */
const MOST_AT_ONCE = 500
/** A record is about a kilobyte, and is asked for again when its label or its use case is. */
const KEPT = 1000

interface Asked<Value> {
  id: PredictionId
  resolve(value: Value | null): void
  reject(error: unknown): void
}

/**
 * Reads the column of a table with `session` and `seq`. Whatever is asked of a table while it is being read shares the next look at
 * it, so there is never more than one at a time.
 */
export function createStoredBySequence<Value extends object | number>({
  lake,
  tables: names,
  column,
  parse,
}: {
  lake: () => Promise<Lake>
  /** By use case id. */
  tables: ReadonlyMap<string, string>
  column: string
  /** Null for a row that says nothing. */
  parse: (cell: unknown, table: string) => Value | null
}): StoredBySequence<Value> {
  const kept = createLru<Value>({ max: KEPT })
  const tables = new Map(
    [...names].map(([id, name]) => [id, { name, asked: [] as Asked<Value>[], isRead: false }]),
  )
  type Table = NonNullable<ReturnType<typeof tables.get>>

  async function readAll(table: Table): Promise<void> {
    if (table.isRead) return
    table.isRead = true
    await new Promise(resolve => setTimeout(resolve, WINDOW_MS))
    for (let [first] = table.asked; first; [first] = table.asked) {
      const { session } = first.id
      const batch = table.asked.filter(({ id }) => id.session === session).slice(0, MOST_AT_ONCE)
      table.asked = table.asked.filter(each => !batch.includes(each))
      try {
        const found = await read(table.name, session, [...new Set(batch.map(({ id }) => id.seq))])
        for (const { id, resolve } of batch) {
          const value = found.get(id.seq)
          if (value !== undefined) kept.set(keyOf(id), value)
          resolve(value ?? null)
        }
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    table.isRead = false
  }

  async function read(name: string, session: string, seqs: readonly number[]): Promise<Map<number, Value>> {
    const found = new Map<number, Value>()
    const table = await (await lake()).open(name)
    if (!table) return found
    const rows = table.scan(await table.snapshot(), {
      columns: ['seq', column],
      where: [
        { column: 'session', op: '=', value: session },
        { column: 'seq', op: 'in', value: seqs },
      ],
    })
    for await (const { columns, rowCount } of rows) {
      for (let row = 0; row < rowCount; row++) {
        const value = parse(columns[column]?.[row], name)
        if (value !== null) found.set(Number(columns['seq']?.[row]), value)
      }
    }
    return found
  }

  return {
    find(id) {
      const known = kept.get(keyOf(id))
      const table = tables.get(id.useCase)
      if (known !== undefined || !table) return Promise.resolve(known ?? null)
      return new Promise((resolve, reject) => {
        table.asked.push({ id, resolve, reject })
        void readAll(table)
      })
    },
  }
}

function keyOf({ useCase, session, seq }: PredictionId): string {
  return `${useCase} ${session} ${seq}`
}
