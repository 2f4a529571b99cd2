import { backoff, type BackoffOptions } from './backoff.ts'
import { delay } from './delay.ts'
import { readHeaders, type Headers } from './headers.ts'
import { RequestError, type ResponseError } from './request-error.ts'
import {
  openSocketConnection,
  type ProtocolMessage,
  type SocketConnection,
  type SocketEnd,
  type WebSocketConstructor,
} from './socket-connection.ts'
import { takeTurns } from './take-turns.ts'

/** `waiting` is the pause between a lost connection and the next attempt; `idle` means that nothing needs one. */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'idle'

export interface SocketOptions {
  /** Default: the runtime's own. */
  WebSocket?: WebSocketConstructor | undefined
  /** Waits between attempts to connect; from .25 to 8 s by default. */
  backoff?: BackoffOptions | undefined
  /** Milliseconds of silence after which the server is asked whether it is there; default 12 000. */
  keepAliveMs?: number | undefined
  onConnection?: ((state: ConnectionState) => void) | undefined
}

/** The response of one execution. */
export interface ExecutionResult {
  data?: object | null
  errors?: readonly ResponseError[]
  extensions?: Readonly<Record<string, unknown>>
}

/** One subscription on the socket. `error`, `complete` or `fail` ends it, unless it leaves first. */
export interface SocketOperation {
  /** Asked anew for each connection, so that a subscription can go on where it was. */
  request(): { query: string; variables: object }
  next(result: ExecutionResult): void
  error(errors: readonly ResponseError[]): void
  complete(): void
  /** The connection is lost for good. */
  fail(error: unknown): void
}

export interface LiveSocket {
  /** Returns how to leave. */
  subscribe(operation: SocketOperation): () => void
  /** Completes every operation. */
  close(): Promise<void>
}

/** Codes after which the server would only say the same again; see `common.ts` of graphql-ws. */
const FATAL: ReadonlySet<number> = new Set([4004, 4005, 4400, 4401, 4403, 4406, 4409, 4429, 4500])
/** A page that ends one subscription to begin another keeps its socket. */
const LINGER_MS = 250

/**
 * One websocket for all subscriptions: opened for the first, closed after the last, opened again when it is lost. A server
 * that was never reached is tried `retries` times more; one that was there is awaited without end. Every attempt is at the next
 * of `url`.
 */
export function createLiveSocket({
  url: urls,
  headers,
  retries,
  ackTimeoutMs,
  WebSocket = globalThis.WebSocket,
  backoff: waits,
  keepAliveMs = 12_000,
  onConnection = () => {},
}: SocketOptions & {
  url: readonly string[]
  headers: Headers
  retries: number
  ackTimeoutMs: number
}): LiveSocket {
  const choose = takeTurns(urls)
  const operations = new Map<string, SocketOperation>()
  let connection: SocketConnection | undefined
  let ready = false
  let released = false
  let reached = false
  let running = false
  let lastId = 0
  let lingering: ReturnType<typeof setTimeout> | undefined
  /** Ends the pause between two attempts. */
  let pause = new AbortController()

  function begin(id: string, operation: SocketOperation): void {
    connection?.send({ id, type: 'subscribe', payload: operation.request() })
  }

  function receive({ type, id = '', payload }: ProtocolMessage): void {
    const operation = operations.get(id)
    if (!operation) return
    if (type === 'next') return operation.next(payload as ExecutionResult)
    operations.delete(id)
    settle()
    if (type === 'error') operation.error(payload as readonly ResponseError[])
    else operation.complete()
  }

  async function connect(url: string): Promise<SocketEnd> {
    onConnection('connecting')
    const payload = await readHeaders(headers)
    if (operations.size === 0) return { code: 1000, reason: '', useful: false }
    return new Promise(onEnd => {
      connection = openSocketConnection({
        url,
        WebSocket,
        payload,
        ackTimeoutMs,
        keepAliveMs,
        onReady() {
          ready = true
          reached = true
          onConnection('open')
          if (operations.size === 0) settle()
          for (const [id, operation] of operations) begin(id, operation)
        },
        onMessage: receive,
        onEnd,
      })
    })
  }

  async function run(): Promise<void> {
    for (let attempt = 0; operations.size > 0; attempt++) {
      released = false
      const { url, pass } = choose()
      const end = await connect(url)
      connection = undefined
      ready = false
      if (operations.size === 0) break
      if (released) {
        // Somebody came while the socket was being closed for want of use: there is no failure to wait out.
        attempt = -1
        continue
      }
      pass()
      if (FATAL.has(end.code)) throw refusal(url, end)
      if (end.useful) attempt = 0
      if (!reached && attempt >= retries) throw unreachable(url, attempt + 1, end)
      onConnection('waiting')
      pause = new AbortController()
      await delay(backoff(attempt, waits), pause.signal).catch(() => undefined)
    }
  }

  function start(): void {
    if (running) return
    running = true
    run()
      .catch((error: unknown) => {
        const failed = [...operations.values()]
        operations.clear()
        for (const operation of failed) operation.fail(error)
      })
      .finally(() => {
        running = false
        onConnection('idle')
        // Whoever subscribed while the last connection was ending.
        if (operations.size > 0) start()
      })
  }

  /** Lets go of the connection when nothing needs it any more. */
  function settle(): void {
    clearTimeout(lingering)
    if (operations.size > 0) return
    pause.abort()
    lingering = setTimeout(() => {
      ready = false
      released = connection !== undefined
      void connection?.close()
    }, LINGER_MS)
  }

  return {
    subscribe(operation) {
      if (!WebSocket) {
        const message = 'This runtime has no WebSocket; createClient takes one as its option of that name.'
        throw new RequestError({ code: 'WEBSOCKET_MISSING', message })
      }
      clearTimeout(lingering)
      const id = String(++lastId)
      operations.set(id, operation)
      if (ready) begin(id, operation)
      else start()
      return () => {
        if (operations.get(id) !== operation) return
        operations.delete(id)
        if (ready) connection?.send({ id, type: 'complete' })
        settle()
      }
    },
    async close() {
      const open = [...operations]
      operations.clear()
      for (const [id, operation] of open) {
        if (ready) connection?.send({ id, type: 'complete' })
        operation.complete()
      }
      pause.abort()
      clearTimeout(lingering)
      await connection?.close()
    },
  }
}

function refusal(url: string, { code, reason }: SocketEnd): RequestError {
  const message = `${url} closed the connection with ${code}${reason && ` ${reason}`}.`
  return new RequestError({ code: 'CONNECTION_CLOSED', message, status: code })
}

function unreachable(url: string, attempts: number, { code, reason }: SocketEnd): RequestError {
  const message = `${url} could not be reached in ${attempts} attempt${attempts === 1 ? '' : 's'} (${reason || code}).`
  return new RequestError({ code: 'NETWORK_ERROR', message, status: code })
}
