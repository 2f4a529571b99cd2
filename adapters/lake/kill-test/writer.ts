import { openFileObjects } from '../../objects/files.ts'
import { openDeltaLake } from '../delta.ts'
import { appendNext, COUNTED } from '../testing/counted-rows.ts'
import { faultyObjects } from '../testing/faulty-objects.ts'

/** Appends once and compacts, and is gone before the call that the argument counts out. Prints what it called. */
const [directory = '', workDirectory = '', deadly = ''] = process.argv.slice(2)
const calls: string[] = []
const objects = faultyObjects(await openFileObjects({ directory }), (call, moment, what) => {
  if (moment === 'after') return
  calls.push(what)
  if (String(call) === deadly) process.kill(process.pid, 'SIGKILL')
})
const lake = await openDeltaLake({ objects, workDirectory })
const table = await lake.ensureTable(COUNTED)
await appendNext(table)
await table.compact()
await lake[Symbol.asyncDispose]()
console.log(JSON.stringify(calls))
