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

const openIn = async (directory: string): Promise<EventLog> => {
  const log = await openSegmentEventLog({ directory })
  directories.set(log, directory)
  return log
}

eventLogContract({
  name: 'segment',
  open: async () => openIn(await mkdtemp(join(tmpdir(), 'segments-'))),
  async reopen(log) {
    await log[Symbol.asyncDispose]()
    return openIn(directories.get(log)!)
  },
  features: { promptUpkeep: true },
})
