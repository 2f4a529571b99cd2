import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'

/**
 * Events of a file, one at a time: JSON Lines, or Parquet through DuckDB.
 * @throws Error with `exitCode` 2 for a file that can't be read as what its name says.
 */
export async function* readEvents(file: string): AsyncGenerator<unknown> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw wrong(`There is no file ${file}.`)
  if (file.endsWith('.parquet')) yield* readParquet(file)
  else if (/\.(jsonl|ndjson|json)$/.test(file)) yield* readJsonLines(file)
  else throw wrong(`${file} given, a .jsonl or .parquet file wanted.`)
}

async function* readJsonLines(file: string): AsyncGenerator<unknown> {
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++
    if (line.trim() === '') continue
    try {
      yield JSON.parse(line)
    } catch (error) {
      throw wrong(`${file}, line ${number}: not JSON (${(error as Error).message}).`)
    }
  }
}

/** DuckDB is loaded only here: whoever sends JSON does not pay for it. */
async function* readParquet(file: string): AsyncGenerator<unknown> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const query = (select: string) =>
    connection.stream(select, [file]).catch(error => {
      throw wrong(`${file} is not a Parquet file that can be read: ${firstLine(error)}`)
    })
  try {
    const head = await query('SELECT * FROM read_parquet($1) LIMIT 0')
    const types = head.columnTypes().map(String)
    const columns = head.columnNames().map((name, index) => column(name, types[index] as string))
    // to_json turns structs into objects, whatever they are made of.
    const result = await query(
      `SELECT to_json(t)::VARCHAR FROM (SELECT ${columns.join(', ')} FROM read_parquet($1)) t`,
    )
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const text of chunk.getColumnValues(0)) yield JSON.parse(String(text))
    }
  } finally {
    connection.interrupt()
    connection.closeSync()
    instance.closeSync()
  }
}

/** Instants become the text that events carry, in UTC; DuckDB would write them with a space and without a zone. */
function column(name: string, type: string): string {
  const quoted = `"${name.replaceAll('"', '""')}"`
  if (!type.startsWith('TIMESTAMP')) return quoted
  return `strftime(make_timestamp(epoch_us(${quoted})), '%Y-%m-%dT%H:%M:%S.%fZ') AS ${quoted}`
}

/** DuckDB goes on with the statement, which nobody here has written. */
function firstLine(error: unknown): string {
  return (error as Error).message.split('\n', 1)[0] as string
}

function wrong(message: string): Error {
  return Object.assign(new Error(message), { exitCode: 2 })
}
