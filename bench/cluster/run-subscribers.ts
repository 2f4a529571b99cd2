import WebSocket from 'ws'

// Child of bench/cluster.ts: websockets of the protocol graphql-transport-ws that all ask the same. Prints `ready` once each has
// had a message, then, for each line that it reads, how many messages have come in all.

const [, , url = '', count = '1', query = ''] = process.argv
let received = 0
let waiting = Number(count)
for (let i = 0; i < Number(count); i++) {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
  let isFirst = true
  const send = (message: object) => socket.send(JSON.stringify(message))
  socket.on('open', () => send({ type: 'connection_init' }))
  socket.on('error', error => {
    throw error
  })
  socket.on('message', (data: Buffer) => {
    // Parsing would take more of the machine than sending does.
    const head = data.subarray(0, 64).toString('latin1')
    if (head.includes('"connection_ack"')) send({ id: '1', type: 'subscribe', payload: { query } })
    else if (head.includes('"ping"')) send({ type: 'pong' })
    else if (head.includes('"next"')) {
      received++
      if (isFirst && --waiting === 0) process.stdout.write('ready\n')
      isFirst = false
    } else throw new Error(`${data.toString().slice(0, 500)} came, a message of the stream was wanted.`)
  })
}
process.stdin.on('data', () => process.stdout.write(`${received}\n`))
