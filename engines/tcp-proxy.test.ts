import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTcpProxy } from './tcp-proxy.ts'

/** A server that sends back what it is sent. */
async function startEcho() {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function dial(port: number) {
  const socket = connect({ port, host: '127.0.0.1' })
  const outcome = { text: '', error: '' }
  socket.on('data', data => {
    outcome.text += data
  })
  socket.on('error', error => {
    outcome.error = (error as NodeJS.ErrnoException).code ?? error.message
  })
  await once(socket, 'connect').catch(() => {})
  return { socket, outcome, [Symbol.dispose]: () => void socket.destroy() }
}

async function until(done: () => boolean) {
  for (let tries = 0; !done(); tries += 1) {
    assert.ok(tries < 1000, 'Nothing happened within 5 s.')
    await sleep(5)
  }
}

test('bytes pass both ways, in order and whole', async () => {
  await using echo = await startEcho()
  await using proxy = await startTcpProxy(echo)
  using client = await dial(proxy.port)
  const text = 'abcdefghij'.repeat(300_000)
  client.socket.end(text)
  await once(client.socket, 'end')
  assert.equal(client.outcome.text, text)
  await until(() => proxy.connections === 0)
})

test('latency with jitter delays and keeps the order', async () => {
  await using echo = await startEcho()
  await using proxy = await startTcpProxy(echo)
  proxy.setLatency(20, 30, 7)
  using client = await dial(proxy.port)
  const start = performance.now()
  let expected = ''
  for (let index = 0; index < 50; index += 1) {
    client.socket.write(`${index},`)
    expected += `${index},`
    await sleep(1)
  }
  await until(() => client.outcome.text.length === expected.length)
  assert.equal(client.outcome.text, expected)
  assert.ok(performance.now() - start >= 40)
})

test('a bandwidth limits what passes', async () => {
  await using echo = await startEcho()
  await using proxy = await startTcpProxy(echo)
  proxy.setBandwidth(100_000)
  using client = await dial(proxy.port)
  const start = performance.now()
  client.socket.write('x'.repeat(20_000))
  await until(() => client.outcome.text.length === 20_000)
  assert.ok(performance.now() - start >= 195)
})

test('a reset reaches the client as ECONNRESET, and new connections work', async () => {
  await using echo = await startEcho()
  await using proxy = await startTcpProxy(echo)
  using client = await dial(proxy.port)
  client.socket.write('a')
  await until(() => client.outcome.text === 'a')
  proxy.reset()
  await until(() => client.outcome.error === 'ECONNRESET')
  using again = await dial(proxy.port)
  again.socket.write('b')
  await until(() => again.outcome.text === 'b')
})

test('a black hole accepts and answers nothing; connections that lost bytes are reset after it', async () => {
  await using echo = await startEcho()
  await using proxy = await startTcpProxy(echo)
  using idle = await dial(proxy.port)
  proxy.blackhole(true)
  using client = await dial(proxy.port)
  client.socket.write('lost')
  await sleep(50)
  assert.deepEqual(client.outcome, { text: '', error: '' })
  proxy.blackhole(false)
  await until(() => client.outcome.error === 'ECONNRESET')
  idle.socket.write('kept')
  await until(() => idle.outcome.text === 'kept')
})

test('refused connections see ECONNREFUSED while open ones stay, until it is over', async () => {
  await using echo = await startEcho()
  await using proxy = await startTcpProxy(echo)
  using open = await dial(proxy.port)
  await proxy.refuse(true)
  using refused = await dial(proxy.port)
  assert.equal(refused.outcome.error, 'ECONNREFUSED')
  open.socket.write('here')
  await until(() => open.outcome.text === 'here')
  await proxy.refuse(false)
  using again = await dial(proxy.port)
  again.socket.write('b')
  await until(() => again.outcome.text === 'b')
})

test('a target that refuses resets the client', async () => {
  const gone = await startEcho()
  await gone[Symbol.asyncDispose]()
  await using proxy = await startTcpProxy(gone)
  using client = await dial(proxy.port)
  await until(() => client.socket.destroyed)
  assert.equal(client.outcome.text, '')
})
