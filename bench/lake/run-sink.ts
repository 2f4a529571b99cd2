import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openSegmentEventLog } from '#adapters/event-log/segments.ts'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { openSink } from '#subgraphs/sql/sink/open-sink.ts'
import { lakeTablesOf } from '#subgraphs/sql/tables/lake-tables.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'

// Child of bench/lake.ts: for each line on stdin, a folder, brings everything that is in the log of argv[2] into a new lake there.
// Prints a line of JSON each time.

const [, , logDirectory = ''] = process.argv
const useCase = tfd as UseCase
const log = await openSegmentEventLog({ directory: logDirectory })
process.stdout.write('ready\n')
for await (const directory of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await fill(directory))}\n`)
}
await log[Symbol.asyncDispose]()

async function fill(directory: string): Promise<unknown> {
  const objects = await openFileObjects({ directory: join(directory, 'lake') })
  const began = performance.now()
  const cpu = process.cpuUsage()
  await using lake = await openDeltaLake({ objects, workDirectory: join(directory, 'work') })
  await using sink = await openSink({
    log,
    lake,
    cache: createMemoryCache(),
    useCases: [useCase],
    instance: 'bench',
    logger: {
      info: () => {},
      warn: () => {},
      error(message) {
        throw new Error(message)
      },
    },
  })
  await sink.flush()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const table = await lake.open(lakeTablesOf(useCase).events.spec.name)
  const snapshot = await table?.snapshot()
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    rows: snapshot?.rowCount ?? 0,
  }
}
