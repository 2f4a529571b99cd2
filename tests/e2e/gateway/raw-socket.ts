import { once } from 'node:events'
import WebSocket from 'ws'
import type { ClientOptions } from 'ws'

/** A websocket that sends whatever it is told to, and remembers what it got. */
export interface RawSocket {
  socket: WebSocket
  received: Record<string, unknown>[]
  send(message: unknown): void
  /** The next message that has not been taken yet. */
  next(): Promise<Record<string, unknown>>
  /** Code and reason with which the server closes. */
  closed: Promise<{ code: number; reason: string }>
}

export async function openSocket(
  url: string,
  {
    protocol = 'graphql-transport-ws',
    init = true,
    ...options
  }: ClientOptions & { protocol?: string; init?: boolean } = {},
): Promise<RawSocket> {
  const socket = new WebSocket(url, protocol ? [protocol] : [], options)
  const received: Record<string, unknown>[] = []
  let taken = 0
  let wake: () => void = () => undefined
  socket.on('message', data => {
    received.push(JSON.parse(String(data)))
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>(resolve => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  await once(socket, 'open')
  const raw: RawSocket = {
    socket,
    received,
    closed,
    send: message =>
      socket.send(
        typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
      ),
    async next() {
      while (received.length <= taken) await new Promise<void>(resolve => (wake = resolve))
      return received[taken++] as Record<string, unknown>
    },
  }
  if (init) {
    raw.send({ type: 'connection_init' })
    await raw.next()
  }
  return raw
}

/** The status and body with which a websocket is refused. */
export function refusal(url: string, options: ClientOptions = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', options)
    socket.on('open', () => reject(new Error('The websocket was accepted.')))
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.setEncoding('utf8').on('data', chunk => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
  })
}
