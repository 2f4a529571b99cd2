import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Numbers of Kafka's requests. */
export const REQUEST = {
  produce: 0,
  fetch: 1,
  initProducerId: 22,
  addPartitionsToTxn: 24,
  endTxn: 26,
} as const

export interface CuttingProxy extends AsyncDisposable {
  readonly port: number
  /** Requests cut off so far. */
  readonly cuts: number
  /** Where connections go; null refuses them. */
  target: { host: string; port: number } | null
  /** Asked for each request of a client; `before` ends the connection instead of passing it on, `after` instead of its answer. */
  judge: (apiKey: number) => 'before' | 'after' | null
}

/** A proxy that knows where Kafka's requests begin, to break connections at the worst moments. */
export const startCuttingProxy = async (): Promise<CuttingProxy> => {
  const open = new Set<Socket>()
  const proxy: Omit<CuttingProxy, 'port' | 'cuts' | typeof Symbol.asyncDispose> & {
    port: number
    cuts: number
  } = {
    port: 0,
    cuts: 0,
    target: null,
    judge: () => null,
  }
  const server = createServer(client => {
    if (!proxy.target) return void client.resetAndDestroy()
    const upstream = connect(proxy.target)
    let dropsAnswers = false
    let rest = Buffer.alloc(0)
    const end = () => {
      for (const socket of [client, upstream]) {
        open.delete(socket)
        socket.destroy()
      }
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.setNoDelay(true).on('error', end).on('close', end)
    }
    upstream.on('data', data => {
      if (dropsAnswers) end()
      else client.write(data)
    })
    client.on('data', data => {
      rest = Buffer.concat([rest, data])
      while (rest.length >= 6 && rest.length >= 4 + rest.readInt32BE(0)) {
        const request = rest.subarray(0, 4 + rest.readInt32BE(0))
        rest = rest.subarray(request.length)
        const verdict = proxy.judge(request.readInt16BE(4))
        if (verdict) proxy.cuts += 1
        if (verdict === 'before') return end()
        if (verdict === 'after') dropsAnswers = true
        upstream.write(request)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  proxy.port = (server.address() as AddressInfo).port
  return Object.assign(proxy, {
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  })
}
