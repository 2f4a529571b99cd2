import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { kafkaSettings } from './kafka-options.ts'
import { createLink } from './link.ts'

// A broker that speaks ApiVersions 0 to 2 and answers every other request with its own bytes.
describe('a link', () => {
  const sockets = new Set<Socket>()
  let answers = true
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let rest = Buffer.alloc(0)
    socket.on('data', data => {
      rest = Buffer.concat([rest, data])
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const request = rest.subarray(4, 4 + rest.readInt32BE(0))
        rest = rest.subarray(4 + request.length)
        if (answers) socket.write(answerTo(request))
      }
    })
  })
  const answerTo = (request: Buffer): Buffer => {
    const isVersions = request.readInt16BE(0) === 18
    const body = isVersions ? Buffer.from('00000000000100120000000200000000', 'hex') : request.subarray(8)
    const head = Buffer.alloc(8)
    head.writeInt32BE(4 + body.length)
    request.copy(head, 4, 4, 8)
    return Buffer.concat([head, body])
  }
  const echo = (text: string) => ({
    request: {
      apiKey: 99,
      apiVersion: 0,
      apiName: 'Echo',
      encode: async () => new (await import('./kafkajs-internals.ts')).Encoder().writeString(text),
    },
    response: {
      decode: async (payload: Buffer) => ({ payload }),
      parse: async ({ payload }: { payload: Buffer }) => payload,
    },
  })
  const open = () =>
    createLink(kafkaSettings({ brokers: [] }), {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
    })
  before(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
  after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  test('asks for versions first and then for anything, without a warning', async () => {
    const warnings: Error[] = []
    // Other tests in this process may have reason to warn.
    const warn = (warning: Error) => void (warning.name.startsWith('Timeout') && warnings.push(warning))
    process.on('warning', warn)
    const link = open()
    assert.deepEqual(await link.versions(), { 18: { minVersion: 0, maxVersion: 2 } })
    for (let i = 0; i < 3; i++) assert.ok((await link.send(echo(`text ${i}`))).includes(`text ${i}`))
    await new Promise(resolve => setTimeout(resolve, 20))
    process.off('warning', warn)
    assert.deepEqual(warnings, [])
    link.close()
  })
  test('connects again after the broker has hung up', async () => {
    const link = open()
    await link.send(echo('one'))
    for (const socket of sockets) socket.destroy()
    await assert.rejects(async () => {
      // The end may be noticed before or after the next request.
      await link.send(echo('two'))
      throw new Error('It had noticed.')
    })
    assert.ok((await link.send(echo('three'))).includes('three'))
    link.close()
  })
  test('fails what is under way when it is closed, and whatever follows', async () => {
    const link = open()
    await link.versions()
    answers = false
    const pending = assert.rejects(link.send(echo('never')), /closed/)
    await new Promise(resolve => setTimeout(resolve, 5))
    link.close()
    await pending
    await assert.rejects(link.send(echo('late')), /closed/)
    answers = true
  })
})
