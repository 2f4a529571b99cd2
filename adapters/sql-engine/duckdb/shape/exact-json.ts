/** Numbers as they were written, which TypeScript's library does not know yet (ECMAScript proposal JSON.parse source text access). */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): unknown
  isRawJSON(value: unknown): boolean
}

export { isRawJSON }

/** Parses JSON; numbers that JavaScript would write in another way stay as they were written. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_: string, value: unknown, { source }: { source?: string } = {}) => {
    if (typeof value !== 'number' || source === undefined || String(value) === source) return value
    return rawJSON(source)
  })
}
