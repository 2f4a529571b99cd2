import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { perSecond, verify, workload } from './workload.ts'

/** The same work on a table of SQLite with the same promise: a batch is on the disk before the next one begins. */
export const runSqlite = async (directory: string): Promise<{ append: number; read: number }> => {
  await mkdir(directory)
  const database = new DatabaseSync(join(directory, 'log.db'))
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec('CREATE TABLE log (offset INTEGER PRIMARY KEY, timestamp REAL, key TEXT, value BLOB)')
    const insert = database.prepare('INSERT INTO log (timestamp, key, value) VALUES (?, ?, ?)')
    const encoder = new TextEncoder()
    const batches = workload()
    const appendStart = performance.now()
    for (const batch of batches) {
      const now = Date.now()
      database.exec('BEGIN')
      for (const { key, value } of batch) insert.run(now, key, encoder.encode(value))
      database.exec('COMMIT')
    }
    const append = perSecond(appendStart)

    const values: Uint8Array[] = []
    const select = database.prepare('SELECT offset, timestamp, key, value FROM log ORDER BY offset')
    const readStart = performance.now()
    for (const { value } of select.iterate()) if (value instanceof Uint8Array) values.push(value)
    const read = perSecond(readStart)
    verify(values)
    return { append, read }
  } finally {
    database.close()
  }
}
