import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { whileAnswering } from './while-answering.ts'

test('the signal aborts for a client that leaves before its answer, and for no other', async () => {
  const waiting = Promise.withResolvers<{ response: ServerResponse; signal: AbortSignal }>()
  const answered = Promise.withResolvers<AbortSignal>()
  await using server = createServer(({ url }, response) => {
    const signal = whileAnswering(response)
    if (url === '/wait') return waiting.resolve({ response, signal })
    response.once('close', () => answered.resolve(signal))
    response.end('done')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  assert.equal(await (await fetch(url)).text(), 'done')
  assert.equal((await answered.promise).aborted, false)

  const leaving = new AbortController()
  const asked = fetch(`${url}/wait`, { signal: leaving.signal })
  const { signal } = await waiting.promise
  assert.equal(signal.aborted, false)
  leaving.abort()
  await assert.rejects(asked, { name: 'AbortError' })
  if (!signal.aborted) await once(signal, 'abort')
  server.closeAllConnections()
})
