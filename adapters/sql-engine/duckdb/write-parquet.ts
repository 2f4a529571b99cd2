import { DuckDBInstance } from '@duckdb/node-api'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { ResultColumn } from '#ports/sql-engine.ts'
import { lineSizes } from './line-sizes.ts'
import type { WorkerSettings } from './worker-protocol.ts'

/** Reads lines that are JSON arrays of values as `SqlRun.rows` gives them, and writes them as Parquet with the columns' types. */
export async function writeParquet(
  columns: readonly ResultColumn[],
  rowsPath: string,
  path: string,
  { memoryMb, tempDirectory }: WorkerSettings,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryMb}MiB`,
    temp_directory: tempDirectory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  const { longest, lines, sizeBytes } = await lineSizes(rowsPath)
  const lineBytes = longest + 16
  const rowsPerGroup = Math.ceil(GROUP_BYTES / Math.max(1, sizeBytes / Math.max(1, lines)))
  try {
    await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
    const taken = new Set<string>()
    const values = columns.map(
      ({ name, type }, index) =>
        `${expression(type, `row_values[${index + 1}]`)} AS ${quoteName(uniqueName(name, taken))}`,
    )
    const rows = `read_csv(${quoteText(rowsPath)}, header = false, auto_detect = false, delim = ${NO_DELIMITER}, quote = '', escape = '', columns = {'line': 'VARCHAR'}, max_line_size = ${lineBytes}, buffer_size = ${Math.max(LEAST_BUFFER, 4 * lineBytes)}, new_line = '\\n')`
    const parsed = `SELECT CAST(line AS JSON[]) AS row_values FROM ${rows}`
    await connection.run(
      `COPY (SELECT ${values.join(', ')} FROM (${parsed})) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${Math.min(122_880, Math.max(2048, rowsPerGroup))})`,
    )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** JSON escapes control characters, so none is in a line. */
const NO_DELIMITER = `'\\x01'`
const LEAST_BUFFER = 2 ** 20
/** A group of rows is held until it is written; as JSON, before compression. */
const GROUP_BYTES = 8 * 2 ** 20

/** Types whose JSON is another text than DuckDB reads: inside others they stay JSON. */
const SPECIAL = /\b(?:BLOB|MAP|UNION)\b/

function expression(type: string, json: string): string {
  const text = `json_extract_string(${json}, '$')`
  if (type === 'BLOB') return `unhex(${text})`
  const map = mapTypes(type)
  if (map !== null && !SPECIAL.test(`${map.key} ${map.value}`))
    return `map_from_entries(CAST(${json} AS STRUCT("key" ${map.key}, "value" ${map.value})[]))`
  if (SPECIAL.test(type) || type === 'JSON' || type === '"NULL"') return text
  if (/[[(]/.test(type) && !type.startsWith('DECIMAL') && !type.startsWith('ENUM'))
    return `CAST(${json} AS ${type})`
  return `CAST(${text} AS ${type})`
}

/** Key and value of `MAP(VARCHAR, STRUCT(a INTEGER, b INTEGER))`; null for another type. */
function mapTypes(type: string): { key: string; value: string } | null {
  if (!type.startsWith('MAP(') || !type.endsWith(')')) return null
  let depth = 0
  for (let index = 4; index < type.length; index++) {
    const character = type[index]!
    if ('(['.includes(character)) depth += 1
    else if (')]'.includes(character)) depth -= 1
    else if (character === ',' && depth === 0)
      return { key: type.slice(4, index), value: type.slice(index + 2, -1) }
  }
  return null
}

/** Parquet has no two columns of one name, whatever their case. */
function uniqueName(name: string, taken: Set<string>): string {
  let unique = name === '' ? 'column' : name
  for (let number = 1; taken.has(unique.toLowerCase()); number++) unique = `${name}_${number}`
  taken.add(unique.toLowerCase())
  return unique
}
