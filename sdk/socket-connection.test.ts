import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws'
import { openSocketConnection, type ProtocolMessage, type SocketEnd } from './socket-connection.ts'

const ack = JSON.stringify({ type: 'connection_ack' })

/** One connection to a server whose every word is the test's; `onMessage` gets what the client says. */
async function open(
  onMessage: (message: ProtocolMessage, server: ServerSocket) => void,
  { ackTimeoutMs = 5000, keepAliveMs = 5000 } = {},
) {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(sockets, 'listening')
  const said: ProtocolMessage[] = []
  sockets.on('connection', socket => {
    socket.on('message', data => {
      const message = JSON.parse(String(data)) as ProtocolMessage
      said.push(message)
      onMessage(message, socket)
    })
  })
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<SocketEnd>()
  const heard: ProtocolMessage[] = []
  let ends = 0
  const connection = openSocketConnection({
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    WebSocket,
    payload: { token: 't' },
    ackTimeoutMs,
    keepAliveMs,
    onReady: ready.resolve,
    onMessage: message => heard.push(message),
    onEnd(end) {
      ends++
      ended.resolve(end)
    },
  })
  return {
    connection,
    said,
    heard,
    ready: ready.promise,
    ended: ended.promise,
    ends: () => ends,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
      await once(sockets, 'close')
    },
  }
}

describe('socket connection', () => {
  it('is ready once its initialisation is acknowledged', async () => {
    await using bench = await open((_, server) => server.send(ack))
    await bench.ready
    assert.deepEqual(bench.said, [{ type: 'connection_init', payload: { token: 't' } }])
    await bench.connection.close()
    assert.deepEqual(await bench.ended, { code: 1000, reason: 'Normal closure', useful: false })
  })

  it('answers a ping with a pong that has its payload', async () => {
    const { promise, resolve } = Promise.withResolvers<ProtocolMessage>()
    await using _ = await open((message, server) => {
      if (message.type === 'pong') return resolve(message)
      server.send(ack)
      server.send(JSON.stringify({ type: 'ping', payload: { at: 1 } }))
    })
    assert.deepEqual(await promise, { type: 'pong', payload: { at: 1 } })
  })

  it('ends with 4504 when the acknowledgement does not come', async () => {
    await using bench = await open(() => {}, { ackTimeoutMs: 20 })
    assert.equal((await bench.ended).code, 4504)
  })

  it('ends with 4499 when the server falls silent, without waiting for its goodbye', async () => {
    await using bench = await open(
      ({ type }, server) => {
        if (type !== 'connection_init') return
        server.send(ack)
        server.pause()
      },
      { keepAliveMs: 20 },
    )
    assert.deepEqual(await bench.ended, { code: 4499, reason: 'No answer to a ping', useful: false })
    assert.equal(bench.ends(), 1)
  })

  it('stays as long as its pings are answered', async () => {
    let pings = 0
    const { promise: enough, resolve } = Promise.withResolvers<void>()
    await using bench = await open(
      ({ type }, server) => {
        server.send(type === 'ping' ? JSON.stringify({ type: 'pong' }) : ack)
        if (type === 'ping' && ++pings === 5) resolve()
      },
      { keepAliveMs: 10 },
    )
    await enough
    assert.equal(bench.ends(), 0)
    await bench.connection.close()
    assert.equal((await bench.ended).useful, true)
    assert.deepEqual(bench.heard, [])
  })

  it('ends with 4004 at a message that is none of the protocol', async () => {
    for (const text of ['hello', 'null', '{}', '[1]']) {
      await using bench = await open((_, server) => server.send(text))
      assert.equal((await bench.ended).code, 4004, text)
    }
  })

  it('tells code and reason of a server that closes, once', async () => {
    await using bench = await open((_, server) => server.close(1001, 'Going away'))
    assert.deepEqual(await bench.ended, { code: 1001, reason: 'Going away', useful: false })
    await bench.connection.close()
    assert.equal(bench.ends(), 1)
  })
})
