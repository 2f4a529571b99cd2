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
  try {
    // to_json gives nested structs and exact timestamps as the JSON contract has them, whatever the column types are.
    const result = await connection
      .stream(`SELECT to_json(t)::VARCHAR FROM read_parquet($1) t`, [file])
      .catch(error => {
        throw wrong(`${file} is not a Parquet file that can be read: ${(error as Error).message}`)
      })
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

function wrong(message: string): Error {
  return Object.assign(new Error(message), { exitCode: 2 })
}
