import { randomBytes } from 'node:crypto'

/**
 * A place in a trace, as W3C Trace Context level 1 (https://www.w3.org/TR/trace-context-1/) hands it from process to process.
 */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero: the whole trace. */
  readonly traceId: string
  /** 16 of them: the operation that whatever carries this is a part of. */
  readonly spanId: string
  /** Whether the caller may have recorded its part. */
  readonly sampled: boolean
  /** `tracestate`: what tracing systems tell each other, passed on as it came. */
  readonly state?: string
}

/** Both headers, as records, requests and messages carry them. */
export interface TraceHeaders {
  traceparent: string
  tracestate?: string
}

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const ZEROS = /^0+$/
const MAX_MEMBERS = 32
const MAX_STATE_LENGTH = 4096
const KEY = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/
/** Printable ASCII without comma and equals sign, not ending in a space. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/** A trace that begins here. Nothing is recorded, so it says that it is not sampled. */
export function newTrace(): TraceContext {
  return { traceId: randomId(16), spanId: randomId(8), sampled: false }
}

/** The same trace, one operation further. */
export function childOf({ traceId, sampled, state }: TraceContext): TraceContext {
  return { traceId, spanId: randomId(8), sampled, ...(state !== undefined && { state }) }
}

/** Null unless `traceparent` is valid; a `tracestate` that can't be read is left out, as the specification wants. */
export function parseTrace(traceparent: unknown, tracestate?: unknown): TraceContext | null {
  if (typeof traceparent !== 'string') return null
  const [, version, traceId = '', spanId = '', flags = '', more] = PARENT.exec(traceparent) ?? []
  // Later versions may add members; the first four mean what they mean here.
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return null
  const state = typeof tracestate === 'string' ? checkState(tracestate) : ''
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, ...(state && { state }) }
}

/** The trace of headers, or of any object with the same members; null if there is none that is valid. */
export function readTrace(
  headers: Readonly<Record<string, unknown>> | null | undefined,
): TraceContext | null {
  if (!headers) return null
  const { traceparent, tracestate } = headers
  return parseTrace(traceparent, tracestate)
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

export function traceHeaders(trace: TraceContext): TraceHeaders {
  const traceparent = formatTraceparent(trace)
  return trace.state === undefined ? { traceparent } : { traceparent, tracestate: trace.state }
}

/** The list as it came if all of it can be read, else nothing. */
function checkState(text: string): string {
  if (text.length > MAX_STATE_LENGTH) return ''
  const members = text.split(',').map(member => member.replace(/^[ \t]+|[ \t]+$/g, ''))
  const keys = members.filter(Boolean).map(member => {
    const at = member.indexOf('=')
    const valid = at > 0 && KEY.test(member.slice(0, at)) && VALUE.test(member.slice(at + 1))
    return valid ? member.slice(0, at) : null
  })
  const distinct = new Set(keys)
  if (keys.length > MAX_MEMBERS || distinct.size < keys.length || distinct.has(null)) return ''
  return members.filter(Boolean).join(',')
}

function randomId(bytes: number): string {
  const id = randomBytes(bytes).toString('hex')
  return ZEROS.test(id) ? randomId(bytes) : id
}
