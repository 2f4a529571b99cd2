/** What is used of a WebSocket: the runtimes' own and that of the package ws both fit. */
export interface WebSocketLike {
  send(data: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: string, listener: (event: SocketEvent) => void): void
}

export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike

export interface SocketEnd {
  code: number
  reason: string
  /** Whether an operation or a heartbeat was answered, which shows that the connection was worth having. */
  useful: boolean
}

export interface SocketConnection {
  send(message: object): void
  /** Says goodbye; settled when the server has said it too, or after a second. */
  close(): Promise<void>
}

/** A message of graphql-transport-ws. */
export interface ProtocolMessage {
  type: string
  id?: string
  payload?: unknown
}

interface SocketEvent {
  type?: string
  data?: unknown
  code?: number
  reason?: string
  message?: string
}

/** Close codes of the client, see `common.ts` of graphql-ws. */
const BAD_RESPONSE = 4004
const ACK_TIMEOUT = 4504
const SILENT = 4499
const ABNORMAL = 1006
const GOODBYE_MS = 1000

/**
 * One websocket that speaks graphql-transport-ws (the PROTOCOL.md of graphql-ws), from opening to end. It ends exactly once,
 * also when the peer just falls silent: after `keepAliveMs` without a message it is asked, after as much again given up.
 */
export function openSocketConnection({
  url,
  WebSocket,
  payload,
  ackTimeoutMs,
  keepAliveMs,
  onReady,
  onMessage,
  onEnd,
}: {
  url: string
  WebSocket: WebSocketConstructor
  /** Of `connection_init`. */
  payload: Readonly<Record<string, unknown>>
  ackTimeoutMs: number
  keepAliveMs: number
  onReady: () => void
  /** Next, error and complete. */
  onMessage: (message: ProtocolMessage) => void
  onEnd: (end: SocketEnd) => void
}): SocketConnection {
  const socket = new WebSocket(url, 'graphql-transport-ws')
  let ended = false
  let useful = false
  let heard = true
  let heartbeat: ReturnType<typeof setInterval> | undefined
  let gone: () => void = () => undefined

  const send = (message: object) => {
    if (!ended) socket.send(JSON.stringify(message))
  }
  const end = (code: number, reason: string) => {
    gone()
    if (ended) return
    ended = true
    clearTimeout(ackTimer)
    clearInterval(heartbeat)
    onEnd({ code, reason, useful })
  }
  const giveUp = (code: number, reason: string) => {
    end(code, reason)
    socket.close(code, reason)
  }
  const ackTimer = setTimeout(() => giveUp(ACK_TIMEOUT, 'Connection acknowledgement timeout'), ackTimeoutMs)
  const beat = () => {
    if (!heard) return giveUp(SILENT, 'No answer to a ping')
    heard = false
    send({ type: 'ping' })
  }
  const receive = (message: ProtocolMessage) => {
    heard = true
    if (message.type === 'ping')
      return send({ type: 'pong', ...(message.payload ? { payload: message.payload } : {}) })
    if (message.type === 'connection_ack') {
      clearTimeout(ackTimer)
      heartbeat = setInterval(beat, keepAliveMs)
      unref(heartbeat)
      return onReady()
    }
    useful = true
    if (message.type !== 'pong') onMessage(message)
  }

  socket.addEventListener('open', () => send({ type: 'connection_init', payload }))
  socket.addEventListener('message', ({ data }) => {
    if (ended) return
    const message = parseMessage(data)
    if (message) receive(message)
    else giveUp(BAD_RESPONSE, 'Invalid message')
  })
  socket.addEventListener('close', ({ code = ABNORMAL, reason = '' }) => end(code, reason))
  // A close event follows in browsers, not everywhere else.
  socket.addEventListener('error', ({ message = '' }) => end(ABNORMAL, message))
  return {
    send,
    async close() {
      if (ended) return
      const goodbye = new Promise<void>(resolve => {
        const timer = setTimeout(resolve, GOODBYE_MS)
        gone = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      socket.close(1000, 'Normal closure')
      await goodbye
      end(1000, '')
    },
  }
}

function parseMessage(data: unknown): ProtocolMessage | null {
  try {
    const message = JSON.parse(String(data)) as ProtocolMessage | null
    return typeof message?.type === 'string' ? message : null
  } catch {
    return null
  }
}

/** A heartbeat alone keeps no process alive; browsers know no such thing. */
function unref(timer: unknown): void {
  if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
}
