import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createOutlet } from './outlet.ts'
import { createSharedMessage } from './shared-message.ts'

/** A connection whose peer reads when told to. */
function connection(limits: { highWaterBytes: number; queueLength: number }) {
  const written: { stream: string; seq: number; dropped: number }[] = []
  const unread: { bytes: number; done: () => void }[] = []
  let dropped = 0
  const outlet = createOutlet({
    ...limits,
    target: {
      write(text, done) {
        const { stream, body } = JSON.parse(text)
        written.push({ stream, seq: body.data.seq, dropped: body.extensions?.dropped ?? 0 })
        unread.push({ bytes: 10, done })
      },
      pendingBytes: () => unread.reduce((sum, { bytes }) => sum + bytes, 0),
      stuck: () => assert.fail('stuck'),
    },
    onDelivered: () => undefined,
    onDropped: () => dropped++,
  })
  return {
    written,
    open: (stream: string) => outlet.open(json => `{"stream":"${stream}","body":${json}}`),
    read: () => unread.shift()?.done(),
    readAll() {
      while (unread.length > 0) unread.shift()?.done()
    },
    dropped: () => dropped,
    close: () => outlet.close(),
  }
}

const message = (seq: number, dropped?: number) =>
  createSharedMessage({ data: { seq }, ...(dropped && { extensions: { dropped } }) })

describe('the outlet', () => {
  it('writes at once while the peer keeps up', () => {
    const { open, written, readAll, close } = connection({ highWaterBytes: 20, queueLength: 2 })
    const stream = open('a')
    for (let seq = 0; seq < 10; seq++) {
      stream.push(message(seq))
      readAll()
    }
    assert.deepEqual(
      written.map(({ seq }) => seq),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
    close()
  })

  it('drops nothing for a sender that waits, and tells it when there is room', async () => {
    const { open, written, read, readAll, dropped, close } = connection({
      highWaterBytes: 20,
      queueLength: 2,
    })
    const stream = open('a')
    const room = stream.pace()
    assert.equal(room(), null)
    for (let seq = 0; seq < 10; seq++) stream.push(message(seq))
    let isFree = false
    const waiting = room()?.then(() => (isFree = true))
    for (let i = 0; i < 7; i++) read()
    await Promise.resolve()
    assert.equal(isFree, false)
    readAll()
    await waiting
    assert.equal(room(), null)
    assert.deepEqual([written.map(({ seq }) => seq), dropped()], [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0])

    for (let seq = 0; seq < 5; seq++) stream.push(message(seq))
    const abandoned = room()
    close()
    await abandoned
  })

  it('keeps order, drops the oldest, and accounts for every message, however the peer reads', () => {
    const steps = fc.array(fc.oneof(fc.constant('push' as const), fc.constant('read' as const)), {
      maxLength: 200,
    })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (actions, queueLength) => {
        const { open, written, read, readAll, dropped, close } = connection({
          highWaterBytes: 30,
          queueLength,
        })
        const stream = open('a')
        let seq = 0
        let own = 0
        for (const action of actions) {
          if (action === 'read') read()
          else {
            const left = seq % 7 === 3 ? 2 : 0
            own += left
            stream.push(message(seq++, left))
          }
        }
        readAll()
        assert.deepEqual(
          written.map(each => each.seq),
          written.map(each => each.seq).toSorted((a, b) => a - b),
        )
        if (seq > 0) assert.equal(written.at(-1)?.seq, seq - 1, 'the newest is never dropped')
        assert.equal(written.length + dropped(), seq)
        assert.equal(
          written.reduce((sum, each) => sum + each.dropped, 0),
          dropped() + own,
        )
        close()
      }),
    )
  })

  it('serves the waiting streams of a connection in turn', () => {
    const { open, written, readAll, close } = connection({ highWaterBytes: 10, queueLength: 9 })
    const [a, b] = [open('a'), open('b')]
    for (const seq of [1, 2, 3]) a.push(message(seq))
    for (const seq of [1, 2]) b.push(message(seq))
    readAll()
    assert.equal(written.map(({ stream, seq }) => stream + seq).join(' '), 'a1 a2 b1 a3 b2')
    close()
  })

  it('tells when a stream is flushed, and forgets a closed one', () => {
    const { open, written, read, readAll, close } = connection({ highWaterBytes: 10, queueLength: 9 })
    const [a, b] = [open('a'), open('b')]
    let flushed = false
    for (const seq of [1, 2]) a.push(message(seq))
    b.push(message(1))
    a.whenFlushed(() => (flushed = true))
    assert.equal(flushed, false)
    b.close()
    read()
    assert.equal(flushed, true)
    readAll()
    assert.equal(written.length, 2)
    close()
  })
})
