import { open } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { median } from './median.ts'
import { BATCH_RECORDS, RECORD_BYTES } from './workload.ts'

const SAMPLES = 50

/** The machine, and what its disk needs for one durable write of a batch: no log can be faster than that. */
export const describeEnvironment = async (directory: string): Promise<object> => ({
  node: process.version,
  platform: `${process.platform} ${release()} ${process.arch}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  writeAndSyncMs: await measureSync(join(directory, 'sync')),
})

const measureSync = async (path: string): Promise<number> => {
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
