import { writeSync } from 'node:fs'
import { openSqliteTracking } from '../sqlite.ts'

// Logs for ever, and prints each step once it is acknowledged; its parent kills it.

const [database = '', artifactsDir = ''] = process.argv.slice(2)
const tracking = await openSqliteTracking({ database, artifactsDir })
const { id: experimentId } = await tracking.ensureExperiment('killed')
const { id } = await tracking.createRun({ experimentId, name: 'model' })
for (let step = 0; ; step += 1) {
  await tracking.log(id, { metrics: [{ name: 'm', value: step, step, at: step }] })
  writeSync(1, `${step}\n`)
}
