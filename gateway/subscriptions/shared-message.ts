import type { EventResult } from './event-executor.ts'

/** A message to many clients, written as JSON once. */
export interface SharedMessage {
  /** Events the stream itself left out before this one. */
  readonly dropped: number
  /** The JSON of the response; `dropped` more events than the stream's own were left out for this client. */
  json(dropped?: number): string
}

export function createSharedMessage(result: EventResult): SharedMessage {
  const { extensions, ...body } = result
  // GraphQL wants errors first, so that readers of the text see them.
  const head = JSON.stringify(
    body.errors ? { errors: body.errors, data: body.data } : { data: body.data },
  ).slice(0, -1)
  const dropped = typeof extensions?.dropped === 'number' ? extensions.dropped : 0
  const whole = extensions ? `${head},"extensions":${JSON.stringify(extensions)}}` : `${head}}`
  return {
    dropped,
    json(more = 0) {
      if (more === 0) return whole
      return `${head},"extensions":${JSON.stringify({ ...extensions, dropped: dropped + more })}}`
    },
  }
}
