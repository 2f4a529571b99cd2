import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { perSecond, verify, workload } from './workload.ts'

/** The same work on a table of SQLite that can hold many topics, with the same promise: a batch is on the disk before the next. */
export const runSqlite = async (directory: string): Promise<{ append: number; read: number }> => {
  await mkdir(directory)
  const database = new DatabaseSync(join(directory, 'log.db'))
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec(`CREATE TABLE log (
      topic TEXT, partition INTEGER, offset INTEGER, timestamp REAL, key TEXT, headers TEXT, value BLOB,
      PRIMARY KEY (topic, partition, offset)) WITHOUT ROWID`)
    const insert = database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)')
    let offset = 0
    const encoder = new TextEncoder()
    const batches = workload()
    const appendStart = performance.now()
    for (const batch of batches) {
      const now = Date.now()
      database.exec('BEGIN')
      for (const { key, value } of batch)
        insert.run('bench', 0, offset++, now, key, null, encoder.encode(value))
      database.exec('COMMIT')
    }
    const append = perSecond(appendStart)

    const values: Uint8Array[] = []
    const select = database.prepare(
      'SELECT * FROM log WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset',
    )
    const readStart = performance.now()
    for (const { value } of select.iterate('bench', 0, 0)) if (value instanceof Uint8Array) values.push(value)
    const read = perSecond(readStart)
    verify(values)
    return { append, read }
  } finally {
    database.close()
  }
}
