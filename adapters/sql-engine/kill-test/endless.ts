import { openSqlEngine } from '../duckdb.ts'

// Started by a test: asks for what never ends, tells when it runs, and waits to be killed.
const engine = await openSqlEngine({ workDirectory: process.argv[2]!, memoryMb: 400 })
const statement = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range < 0'
const run = engine.run({ id: 'x', statement, relations: [], maxRows: 1, maxBytes: 1000, timeoutMs: 600_000 })
run.summary.catch(() => {})
setInterval(() => {
  if (engine.status().running > 0) process.send?.('runs')
}, 50)
