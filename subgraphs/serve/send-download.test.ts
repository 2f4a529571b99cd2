import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendDownload } from './send-download.ts'

const FILE = { contentType: 'text/plain', fileName: 'a.txt', sizeBytes: null }

/** A server of one file, and a reader that is told how to read it. */
async function open(content: () => AsyncIterable<Uint8Array>, idleMs: number) {
  let sent: (outcome: 'finished' | 'cut') => void
  const outcome = new Promise<'finished' | 'cut'>(resolve => (sent = resolve))
  const server = createServer((_, response: ServerResponse) => {
    void sendDownload(response, { ...FILE, content: content() }, { idleMs }).then(() =>
      sent(response.writableFinished ? 'finished' : 'cut'),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  return {
    socket,
    outcome,
    [Symbol.asyncDispose]: async () => {
      socket.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

test('a reader that takes nothing more is left, and the work for it ends', async () => {
  let isEnded = false
  async function* endless() {
    try {
      for (;;) yield Buffer.alloc(256 * 1024)
    } finally {
      isEnded = true
    }
  }
  await using reader = await open(endless, 100)
  reader.socket.pause()
  assert.equal(await reader.outcome, 'cut')
  assert.equal(isEnded, true)
})

test('a reader that waits for a slow file is not', async () => {
  async function* slow() {
    yield Buffer.from('one')
    await sleep(400)
    yield Buffer.from('two')
  }
  await using reader = await open(slow, 100)
  reader.socket.resume()
  assert.equal(await reader.outcome, 'finished')
})
