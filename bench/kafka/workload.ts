import assert from 'node:assert/strict'

export const PARTITIONS = 3
export const RECORD_BYTES = 600
export const RECORDS = 60_000
export const BATCH_RECORDS = 100
/** Callers that wait for one batch before they send the next. */
export const CALLERS = 4

/** Record `i`: its number, padded with text that differs from record to record as JSON of events does. */
export const valueOf = (i: number): string => {
  let text = `{"event":${i}`
  // Weyl sequence: every field has other digits, without a generator's state.
  for (let field = 0; text.length < RECORD_BYTES - 32; field++)
    text += `,"field_${field}":${((i * 2654435761 + field * 40503) >>> 0) / 1000}`
  return `${text.padEnd(RECORD_BYTES - 1)}}`
}

/** Batches of record numbers, shared among the callers. */
export const batchesOf = (caller: number): number[][] =>
  Array.from({ length: RECORDS / BATCH_RECORDS }, (_, batch) => batch)
    .filter(batch => batch % CALLERS === caller)
    .map(batch => Array.from({ length: BATCH_RECORDS }, (_, i) => batch * BATCH_RECORDS + i))

/** Throws unless the values are the workload's, each once. */
export const verify = (values: readonly Uint8Array[]): void => {
  assert.equal(values.length, RECORDS)
  const seen = new Uint8Array(RECORDS)
  for (const value of values) {
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()
    const i = Number(/^\{"event":(\d+)/.exec(text)?.[1])
    assert.equal(text, valueOf(i))
    seen[i]! += 1
  }
  assert.ok(
    seen.every(count => count === 1),
    'Every record comes once.',
  )
}

export const perSecond = (start: number): number => RECORDS / ((performance.now() - start) / 1000)
