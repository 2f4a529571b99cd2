import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { ResultColumn } from '#ports/sql-engine.ts'
import { lineSizes } from './line-sizes.ts'
import { openLockedDuckdb } from './open-locked-duckdb.ts'
import { readType, type TypeTree } from './read-type.ts'
import type { WorkerSettings } from './worker-protocol.ts'

/**
 * Reads lines that are JSON arrays of values as `SqlRun.rows` gives them, and writes them as Parquet with the columns' types; what
 * Parquet or JSON has no such type for is text. Names and types are a stranger's: none becomes SQL, and only the two files lie open.
 */
export async function writeParquet(
  columns: readonly ResultColumn[],
  rowsPath: string,
  path: string,
  settings: WorkerSettings,
): Promise<void> {
  const { longest, lines, sizeBytes } = await lineSizes(rowsPath)
  const lineBytes = longest + 16
  const rowsPerGroup = Math.ceil(GROUP_BYTES / Math.max(1, sizeBytes / Math.max(1, lines)))
  await using duckdb = await openLockedDuckdb([rowsPath, path], settings)
  const taken = new Set<string>()
  const values = columns.map(
    ({ name, type }, index) =>
      `${expression(readType(type), `row_values[${index + 1}]`)} AS ${quoteName(uniqueName(name, taken))}`,
  )
  const rows = `read_csv(${quoteText(rowsPath)}, header = false, auto_detect = false, delim = ${NO_DELIMITER}, quote = '', escape = '', columns = {'line': 'VARCHAR'}, max_line_size = ${lineBytes}, buffer_size = ${Math.max(LEAST_BUFFER, 4 * lineBytes)}, new_line = '\\n')`
  const parsed = `SELECT CAST(line AS JSON[]) AS row_values FROM ${rows}`
  // A temporary file beside it would be a third one.
  await duckdb.run(
    `COPY (SELECT ${values.join(', ')} FROM (${parsed})) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, ROW_GROUP_SIZE ${Math.min(122_880, Math.max(2048, rowsPerGroup))})`,
  )
}

/** JSON escapes control characters, so none is in a line. */
const NO_DELIMITER = `'\\x01'`
const LEAST_BUFFER = 2 ** 20
/** A group of rows is held until it is written; as JSON, before compression. */
const GROUP_BYTES = 8 * 2 ** 20
function expression(type: TypeTree | null, json: string): string {
  const text = `json_extract_string(${json}, '$')`
  if (type?.kind === 'plain')
    return type.name === 'BLOB' ? `unhex(${text})` : `CAST(${text} AS ${sqlOf(type)})`
  if (type?.kind === 'map' && [type.key, type.value].every(isReadFromJson))
    return `map_from_entries(CAST(${json} AS STRUCT("key" ${sqlOf(type.key)}, "value" ${sqlOf(type.value)})[]))`
  if ((type?.kind === 'list' || type?.kind === 'struct') && isReadFromJson(type))
    return `CAST(${json} AS ${sqlOf(type)})`
  return text
}

/** Types whose JSON is another text than DuckDB reads: what holds one stays JSON. */
function isReadFromJson(type: TypeTree): boolean {
  if (type.kind === 'plain') return type.name !== 'BLOB'
  if (type.kind === 'list') return isReadFromJson(type.of)
  if (type.kind === 'struct') return type.members.every(member => isReadFromJson(member.type))
  return type.kind === 'enum'
}

/** JSON's values are text here, like those of enums; what Parquet has no type for is text as well. */
const AS_TEXT = new Set(['JSON', 'BIT', 'BIGNUM'])

function sqlOf(type: TypeTree): string {
  switch (type.kind) {
    case 'plain':
      return AS_TEXT.has(type.name) ? 'VARCHAR' : type.name
    case 'list':
      return `${sqlOf(type.of)}[${type.length ?? ''}]`
    case 'struct':
      return `STRUCT(${type.members.map(member => `${quoteName(member.name)} ${sqlOf(member.type)}`).join(', ')})`
    default:
      return 'VARCHAR'
  }
}

/** Parquet has no two columns of one name, whatever their case; a NUL would end the statement. */
function uniqueName(given: string, taken: Set<string>): string {
  const name = given.replaceAll('\0', '')
  let unique = name === '' ? 'column' : name
  for (let number = 1; taken.has(unique.toLowerCase()); number++) unique = `${name}_${number}`
  taken.add(unique.toLowerCase())
  return unique
}
