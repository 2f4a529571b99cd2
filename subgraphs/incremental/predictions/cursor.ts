import type { TopicInfo } from '#ports/event-log.ts'
import { CodedError } from '#subgraphs/coded-error.ts'

/** Opaque position in a topic of one platform: the next offset of every partition. */
export function encodeCursor(platform: string, topic: string, offsets: readonly number[]): string {
  return Buffer.from(JSON.stringify([platform.slice(0, 8), topic, ...offsets])).toString('base64url')
}

/**
 * Reads a cursor of this platform and topic.
 * @throws CodedError `INVALID_CURSOR` when it is damaged, of another topic or platform, or ahead of the log.
 */
export function decodeCursor(cursor: string, platform: string, { name, partitions }: TopicInfo): number[] {
  const shown = `"${cursor.slice(0, 80)}"`
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw new CodedError('INVALID_CURSOR', `${shown} given, a cursor of an earlier message wanted.`)
  }
  if (!Array.isArray(parts) || parts.length < 2) {
    throw new CodedError('INVALID_CURSOR', `${shown} given, a cursor of an earlier message wanted.`)
  }
  const [owner, topic, ...offsets] = parts as [unknown, unknown, ...unknown[]]
  if (owner !== platform.slice(0, 8)) {
    throw new CodedError(
      'INVALID_CURSOR',
      `${shown} was given by another platform; its positions mean nothing here.`,
    )
  }
  if (topic !== name)
    throw new CodedError(
      'INVALID_CURSOR',
      `${shown} is a position in ${String(topic)}, one in ${name} wanted.`,
    )
  if (
    offsets.length !== partitions.length ||
    !offsets.every(offset => Number.isSafeInteger(offset) && (offset as number) >= 0)
  ) {
    throw new CodedError('INVALID_CURSOR', `${shown} given, ${partitions.length} offsets wanted.`)
  }
  const ahead = partitions.find(({ partition, end }) => (offsets[partition] as number) > end)
  if (ahead) {
    throw new CodedError(
      'INVALID_CURSOR',
      `${shown} is ahead of ${name}, whose partition ${ahead.partition} ends at ${ahead.end}.`,
    )
  }
  return offsets as number[]
}
