// Replacement characters must never be published as if they had been in the record.
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The text of a record, or null if it is not UTF-8. */
export function decodeText(value: Uint8Array): string | null {
  try {
    return decoder.decode(value)
  } catch {
    return null
  }
}
