import assert from 'node:assert/strict'

export const BATCHES = 300
export const BATCH_RECORDS = 100
export const RECORD_BYTES = 600

/** Record `i` of the workload: its number, padded with text that differs from record to record. */
const recordValue = (i: number): string => `${i}:`.padEnd(RECORD_BYTES, `${(i * 2654435761) % 4294967296} `)

export const workload = (): { key: string; value: string }[][] =>
  Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: BATCH_RECORDS }, (_, i) => {
      const number = batch * BATCH_RECORDS + i
      return { key: `entity ${number % 977}`, value: recordValue(number) }
    }),
  )

/** Fails unless `values` are all records of the workload in order. */
export const verify = (values: readonly Uint8Array[]): void => {
  assert.equal(values.length, BATCHES * BATCH_RECORDS)
  for (const [i, value] of values.entries()) assert.equal(Buffer.from(value).toString(), recordValue(i))
}

export const perSecond = (start: number): number =>
  Math.round((BATCHES * BATCH_RECORDS * 1000) / (performance.now() - start))
