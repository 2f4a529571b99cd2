import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column } from '#ports/lake.ts'
import type { SqlParams, SqlRelation } from '#ports/sql-engine.ts'
import { openTestRelations, type TestRelations } from './test-relations.ts'

export interface Attack {
  kind: string
  statement: string
}

export interface Legitimate {
  statement: string
  params?: SqlParams
}

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8')) as T

/** Statements that have to be refused; their placeholders name files of `openCorpus`. */
export const attacks = read<readonly Attack[]>('sql-attacks')
/** Statements that have to run. */
export const legitimate = read<readonly Legitimate[]>('sql-legitimate')
/** Statements that may run and never end by themselves, or take all the memory there is. */
export const resourceAttacks = read<readonly string[]>('sql-resources')

export interface Corpus extends AsyncDisposable {
  readonly relations: readonly SqlRelation[]
  readonly directory: string
  /** What must never be read, and what must never be there. */
  readonly canary: { path: string; text: string; created: string; parquet: string }
  /** The statement with the files of this folder in it. */
  fill(statement: string): string
}

const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true })

const CORPUS_COLUMNS: readonly Column[] = [
  column('id', 'integer'),
  column('merchant_id', 'string'),
  column('amount', 'double'),
  column('is_fraud', 'integer'),
  column('transaction_type', 'string'),
  column('moment', 'timestamp'),
  column('tags', { type: 'array', elementType: 'string', containsNull: true }),
  column('place', { type: 'struct', fields: [column('lat', 'double'), column('lon', 'double')] }),
]

const ROWS = [1, 2, 3].map(id => ({
  id,
  merchant_id: `m-${id}`,
  amount: id * 10.5,
  is_fraud: id % 2,
  transaction_type: 'purchase',
  moment: `2024-01-0${id}T00:00:00Z`,
  tags: ['a', 'b'],
  place: { lat: id, lon: -id },
}))

/** `data` and `tfd.events` with three rows each, beside a file that is none of them. */
export async function openCorpus(): Promise<Corpus & { files: TestRelations }> {
  const files = await openTestRelations()
  const { directory } = files
  const open = (name: string) => files.relation({ name, columns: CORPUS_COLUMNS, files: [{ rows: ROWS }] })
  const relations = [await open('data'), await open('tfd.events')]
  const canary = {
    path: join(directory, 'canary.txt'),
    text: 'canary-7c1f',
    created: join(directory, 'created'),
    parquet: join(directory, '1.parquet'),
  }
  await writeFile(canary.path, `${canary.text}\n`)
  return {
    files,
    directory,
    relations,
    canary,
    fill: statement =>
      statement
        .replaceAll('{canary}', canary.path)
        .replaceAll('{created}', canary.created)
        .replaceAll('{parquet}', canary.parquet),
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  }
}
