import type { Column, TableSpec } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'

/** Throws `INVALID_ARGUMENT` for a table that can't be: its name is that of a folder, its columns are those of Parquet and Delta. */
export const checkSpec = ({ name, columns, partitionBy }: TableSpec): void => {
  checkTableName(name)
  checkColumns(name, columns)
  for (const partition of partitionBy) {
    const column = columns.find(candidate => candidate.name === partition)
    if (typeof column?.type !== 'string')
      throw wrong(name, `is to be partitioned by ${partition}, which is no column of primitive type`)
  }
  if (new Set(partitionBy).size !== partitionBy.length) throw wrong(name, 'names a partition column twice')
  if (columns.length === partitionBy.length) throw wrong(name, 'has no column beside its partitions')
}

export const checkTableName = (name: string): void => {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name))
    throw wrong(
      JSON.stringify(name),
      'has a name with other characters than letters, digits, dots, hyphens and underscores',
    )
}

const checkColumns = (table: string, columns: readonly Column[]): void => {
  const names = new Set<string>()
  for (const { name, type } of columns) {
    // Delta itself refuses these, which Parquet's older readers stumble over.
    if (name === '' || /[ ,;{}()\n\t=]/.test(name))
      throw wrong(table, `has a column named ${JSON.stringify(name)}`)
    if (names.has(name.toLowerCase())) throw wrong(table, `has column ${name} twice (case does not count)`)
    names.add(name.toLowerCase())
    if (typeof type !== 'string' && type.type === 'struct') {
      if (type.fields.length === 0) throw wrong(table, `has struct ${name} without members`)
      checkColumns(table, type.fields)
    }
  }
}

const wrong = (table: string, what: string): PortError =>
  new PortError('INVALID_ARGUMENT', `Table ${table} ${what}.`, { details: { table } })
