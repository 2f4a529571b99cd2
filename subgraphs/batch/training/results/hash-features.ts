import { createHash } from 'node:crypto'
import type { BatchColumn } from '#learn/batch/dataset.ts'
import type { Part } from '../dataset/build-dataset.ts'

/** SHA-256 in hexadecimal of names, kinds, order and categories of the columns, and of every value and label of the parts. */
export function hashFeatures(columns: readonly BatchColumn[], parts: readonly Part[]): string {
  const hash = createHash('sha256').update(JSON.stringify(columns))
  for (const { data, labels, eventTimes } of parts) {
    for (const values of [...data.values, labels, eventTimes]) {
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    }
  }
  return hash.digest('hex')
}
