import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { EventLog, Gap } from '#ports/event-log.ts'
import type { PortError } from '#ports/port-error.ts'
import { openSegmentEventLog, type SegmentEventLogOptions } from '../segments.ts'
import type { Repair } from './recover-segments.ts'

/** A directory that is removed after the test. */
export const scratchDirectory = async (t: TestContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'segment-log-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Opens a log that notes what it reports instead of warning. */
export const openNoting = async (options: SegmentEventLogOptions) => {
  const repairs: Repair[] = []
  const damages: PortError[] = []
  const log = await openSegmentEventLog({
    ...options,
    onRepair: repair => repairs.push(repair),
    onCorrupt: error => damages.push(error),
  })
  return { log, repairs, damages, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() }
}

export const readAll = async (
  log: EventLog,
  topic: string,
): Promise<{ values: string[]; offsets: number[]; gaps: Gap[] }> => {
  const values: string[] = []
  const offsets: number[] = []
  const gaps: Gap[] = []
  const from = (await log.topics([topic]))[0]!.partitions.map(({ start }) => start)
  for await (const batch of log.read(topic, { from })) {
    gaps.push(...batch.gaps)
    for (const { value, offset } of batch.records) {
      values.push(Buffer.from(value).toString())
      offsets.push(offset)
    }
  }
  return { values, offsets, gaps }
}

/** The paths of a partition's files with the given ending, oldest first. */
export const filesOf = async (directory: string, topic: string, ending = '.log'): Promise<string[]> => {
  const folder = join(directory, topic, '0')
  return (await readdir(folder))
    .filter(name => name.endsWith(ending))
    .toSorted()
    .map(name => join(folder, name))
}

export const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => String(from + i))
