import { open } from 'node:fs/promises'
import { median } from './median.ts'
import { BATCH_RECORDS, RECORD_BYTES } from './workload.ts'

const SAMPLES = 50

/** Milliseconds that the disk needs to make one batch more durable at the end of a plain file. */
export const measureSync = async (path: string): Promise<number> => {
  const buffer = Buffer.alloc(BATCH_RECORDS * RECORD_BYTES, 1)
  const file = await open(path, 'w')
  const times: number[] = []
  for (let i = 0; i < SAMPLES; i++) {
    const start = performance.now()
    await file.write(buffer)
    await file.datasync()
    times.push(performance.now() - start)
  }
  await file.close()
  return Number(median(times).toFixed(3))
}
