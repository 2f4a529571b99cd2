import { openSegmentEventLog } from '#adapters/event-log/segments.ts'
import { perSecond, verify, workload } from './workload.ts'

/** Appends the workload to a fresh log and reads it back from its files; records a second of either. */
export const runSegments = async (directory: string): Promise<{ append: number; read: number }> => {
  // Without the ring of recent records, so that reading reads.
  await using log = await openSegmentEventLog({ directory, ringBytes: 0 })
  await log.createTopics([{ name: 'bench', partitions: 1 }])
  const batches = workload()
  const appendStart = performance.now()
  for (const batch of batches) await log.append('bench', batch)
  const append = perSecond(appendStart)

  const values: Uint8Array[] = []
  const readStart = performance.now()
  for await (const { records } of log.read('bench', { from: 'earliest' })) {
    for (const { value } of records) values.push(value)
  }
  const read = perSecond(readStart)
  verify(values)
  return { append, read }
}
