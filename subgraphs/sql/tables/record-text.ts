import type { LogRecord } from '#ports/event-log.ts'

// A mark of byte order is part of what was sent, so it stays.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a record's bytes, to the byte; null if they are not UTF-8. */
export function recordText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** The key as JSON: null, its text, or `base64:…` where it is not UTF-8. */
export function keyText({ key }: Pick<LogRecord, 'key'>): string {
  if (key === null) return 'null'
  return JSON.stringify(recordText(key) ?? `base64:${base64Of(key)}`)
}

export function base64Of({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64')
}
