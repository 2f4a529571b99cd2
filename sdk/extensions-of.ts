import type { ResponseError } from './request-error.ts'

/** What came with a message besides its data. */
export interface MessageExtensions {
  /** Number of the message in its stream, from 1; a new connection of this client counts anew. */
  seq?: number
  /** Where the stream goes on after this message: for `resumeFrom`. */
  cursor?: string
  /** Messages left out since the one before: by the server's rate limit, by a slow connection, or by the client's buffer. */
  dropped?: number
  /** Offsets that retention had taken before they could be sent. */
  gap?: readonly { partition: number; from: number; to: number }[]
  /** The server lost its source before this message and found it again; messages in between may be missing. */
  resumed?: boolean
  /** The trace that the message's event belongs to, as W3C Trace Context writes it. */
  traceparent?: string
  /** Why fields of this message are null. */
  errors?: readonly ResponseError[]
}

// Beside the message, not in it: what is iterated stays exactly what was selected.
const known = new WeakMap<object, MessageExtensions>()

/** What came with a message of a subscription; empty for anything else. */
export function extensionsOf(message: object): MessageExtensions {
  return known.get(message) ?? {}
}

/** Remembers it for as long as the message lives. */
export function rememberExtensions(message: object, extensions: MessageExtensions): void {
  known.set(message, extensions)
}
