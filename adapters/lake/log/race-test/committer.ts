import { openFileObjects } from '../../../objects/files.ts'
import { openDeltaLog } from '../open-delta-log.ts'
import { appendFiles } from '../testing.ts'
import { jsonCheckpoints } from './json-checkpoints.ts'

/** A process of `race.test.ts`: commits files `<name>0`, `<name>1`, …, and tells the version of each. */
const [directory = '', name = '', count = '0'] = process.argv.slice(2)
await using objects = await openFileObjects({ directory })
const log = openDeltaLog({ objects, table: 't', parquet: jsonCheckpoints, engineName: name })
for (let i = 0; i < Number(count); i++) {
  process.stdout.write(`${name}${i} ${await appendFiles(log, `${name}${i}`)}\n`)
}
