import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { EventLog } from '#ports/event-log.ts'
import { eventLogContract } from '#ports/event-log.contract.ts'
import { openSegmentEventLog } from './segments.ts'

const directories = new Map<EventLog, string>()
after(() =>
  Promise.all([...directories.values()].map(directory => rm(directory, { recursive: true, force: true }))),
)

const openIn = async (directory: string, ringBytes: number): Promise<EventLog> => {
  const log = await openSegmentEventLog({ directory, ringBytes })
  directories.set(log, directory)
  return log
}

// Once as it is used, and once without the ring, so that every read comes from the files.
for (const [name, ringBytes] of [
  ['segment', 2 * 1024 ** 2],
  ['segment, from disk,', 0],
] as const) {
  eventLogContract({
    name,
    open: async () => openIn(await mkdtemp(join(tmpdir(), 'segments-')), ringBytes),
    async reopen(log) {
      await log[Symbol.asyncDispose]()
      return openIn(directories.get(log)!, ringBytes)
    },
    features: { promptUpkeep: true },
  })
}
