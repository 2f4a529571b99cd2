import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import { lakeTablesOf } from '../tables/lake-tables.ts'
import { createPresentRows } from './present-rows.ts'
import { createTableTail, type TableTail, type TailLimits } from './table-tail.ts'
import type { Tails, TailTable } from './tails.ts'

const LIMITS: TailLimits = {
  ringBytes: 32 * 1024 * 1024,
  maxBytes: 128 * 1024 * 1024,
  maxRecords: 1_000_000,
  idleMs: 30_000,
}

export interface TailsOptions {
  log: EventLog
  useCases: readonly UseCase[]
  /** Default those of the use cases. */
  tables?: readonly TailTable[]
  /** Where rows are looked for that another engine than the sink wrote; without it there must be none. */
  lake?: Pick<Lake, 'open'> | undefined
  limits?: Partial<TailLimits>
  notice?: (level: 'info' | 'warn', message: string) => void
}

/** Opens the tails of all tables; one costs nothing before it is asked for, nor after it has not been for half a minute. */
export function openTails({
  log,
  useCases,
  tables = useCases.flatMap(useCase => Object.values(lakeTablesOf(useCase))),
  lake,
  limits,
  notice = () => {},
}: TailsOptions): Tails {
  const declared = new Map(tables.map(table => [table.spec.name, table]))
  const tails = new Map<string, TableTail>()

  const tailOf = (name: string): TableTail => {
    const table = declared.get(name)
    if (!table)
      throw new CodedError(
        'UNKNOWN_TABLE',
        `There is no table ${name}; there are ${[...declared.keys()].join(', ')}.`,
      )
    const known = tails.get(name)
    if (known) return known
    const { topic } = table
    const tail = createTableTail({
      log,
      table,
      limits: {
        ...LIMITS,
        ...limits,
      },
      notice,
      ...(lake && {
        presentRows: createPresentRows({
          lake,
          name,
          topic,
        }),
      }),
    })
    tails.set(name, tail)
    return tail
  }

  return {
    behind: async (snapshot, options) => await tailOf(snapshot.table).behind(snapshot, options),
    since: async (table, from, options) => await tailOf(table).since(from, options),
    onRows: (table, listener) => tailOf(table).onRows(listener),
    noteSnapshot: snapshot => tails.get(snapshot.table)?.noteSnapshot(snapshot),
    status: () => [...tails.values()].map(tail => tail.status()),
    async [Symbol.asyncDispose]() {
      await Promise.all([...tails.values()].map(tail => tail[Symbol.asyncDispose]()))
    },
  }
}
