import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteText } from '../../duckdb/quote-text.ts'
import { type CheckpointFiles, type CheckpointRow, checkpointColumns } from '../log/checkpoint-files.ts'
import type { DuckdbJobs } from './duckdb-jobs.ts'

/** Checkpoints as Parquet by DuckDB. They are small beside the data: one row for every live file. */
export const createCheckpointParquet = (jobs: DuckdbJobs, workDirectory: string): CheckpointFiles => ({
  read: path =>
    jobs.runSmall(async connection => {
      const result = await connection.stream(
        `SELECT CAST(to_json(actions) AS VARCHAR) FROM read_parquet(${quoteText(path)}) AS actions`,
      )
      const rows: CheckpointRow[] = []
      for await (const chunk of result)
        for (const text of chunk.getColumnValues(0)) rows.push(JSON.parse(String(text)))
      return rows
    }),

  write: rows =>
    jobs.runSmall(async connection => {
      const from = join(workDirectory, `checkpoint-${randomUUID()}.ndjson`)
      const to = from.replace(/ndjson$/, 'parquet')
      try {
        await writeFile(from, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
        // Spark's own checkpoints are compressed by snappy, which every reader of the log has.
        await connection.run(
          `COPY (SELECT * FROM read_json(${quoteText(from)}, format = 'newline_delimited', columns = ${COLUMNS}))
           TO ${quoteText(to)} (FORMAT parquet, COMPRESSION snappy)`,
        )
        return await readFile(to)
      } finally {
        await Promise.all([from, to].map(path => rm(path, { force: true })))
      }
    }),
})

const COLUMNS = `{${Object.entries(checkpointColumns)
  .map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`)
  .join(', ')}}`
