import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface TcpProxy extends AsyncDisposable {
  /** On 127.0.0.1. */
  readonly port: number
  /** Connections that are open now. */
  readonly connections: number
  /** Delays everything, each way, by `ms` plus up to `jitterMs`; order is kept. Default seed 1. */
  setLatency(ms: number, jitterMs?: number, seed?: number): void
  /** Bytes per second and direction; null lifts the limit. */
  setBandwidth(bytesPerSecond: number | null): void
  /** Ends all connections with RST. */
  reset(): void
  /**
   * Accepts connections and bytes, answers nothing. Once it is over, connections that have lost bytes are reset: their
   * streams would have holes, which no network makes.
   */
  blackhole(on: boolean): void
  /** Refuses new connections; open ones stay. */
  refuse(on: boolean): Promise<void>
  stop(): Promise<void>
}

interface Link {
  client: Socket
  upstream: Socket
  hasLostBytes: boolean
}

/** A source is read no further while this much of it is under way. */
const BUFFER_BYTES = 1024 ** 2

/** A proxy on 127.0.0.1 whose network can be made bad, for fault tests of any engine. */
export async function startTcpProxy({
  target,
  port = 0,
}: {
  target: { host: string; port: number }
  port?: number
}): Promise<TcpProxy> {
  const links = new Set<Link>()
  let delay = () => 0
  let bytesPerSecond: number | null = null
  let swallows = false

  const end = (link: Link) => {
    links.delete(link)
    for (const socket of [link.client, link.upstream]) if (!socket.destroyed) socket.resetAndDestroy()
  }
  const forward = (link: Link, from: Socket, to: Socket) => {
    const queue: { at: number; size: number; deliver: () => void }[] = []
    let underWay = 0
    let lastAt = 0
    let timer: NodeJS.Timeout | undefined
    const drain = () => {
      timer = undefined
      for (;;) {
        const [next] = queue
        if (!next || !links.has(link)) return
        const wait = next.at - performance.now()
        if (wait > 0) {
          // One timer for all: timers of different lengths would not keep the order.
          timer = setTimeout(drain, wait)
          return
        }
        queue.shift()
        underWay -= next.size
        if (underWay <= BUFFER_BYTES) from.resume()
        next.deliver()
      }
    }
    const later = (size: number, deliver: () => void) => {
      const transfer = bytesPerSecond === null ? 0 : (size / bytesPerSecond) * 1000
      lastAt = Math.max(lastAt, performance.now() + delay()) + transfer
      queue.push({ at: lastAt, size, deliver })
      underWay += size
      if (underWay > BUFFER_BYTES) from.pause()
      if (!timer) drain()
    }
    from.on('data', data => {
      if (swallows) link.hasLostBytes = true
      else later(data.length, () => to.write(data))
    })
    from.on('end', () => {
      if (!swallows) later(0, () => to.end())
    })
    from.on('error', () => end(link))
    from.on('close', () => {
      if (to.destroyed) links.delete(link)
    })
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true })
    const link = { client, upstream, hasLostBytes: false }
    links.add(link)
    forward(link, client, upstream)
    forward(link, upstream, client)
  })
  const listen = (on: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(on, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listen(port)
  const own = (server.address() as AddressInfo).port
  const reset = () => {
    for (const link of links) end(link)
  }
  const stop = async () => {
    reset()
    if (!server.listening) return
    await new Promise(resolve => server.close(resolve))
  }

  return {
    port: own,
    get connections() {
      return links.size
    },
    setLatency(ms, jitterMs = 0, seed = 1) {
      const random = mulberry32(seed)
      delay = () => ms + jitterMs * random()
    },
    setBandwidth(limit) {
      bytesPerSecond = limit
    },
    reset,
    blackhole(on) {
      swallows = on
      if (on) return
      for (const link of links) if (link.hasLostBytes) end(link)
    },
    async refuse(on) {
      if (on === !server.listening) return
      if (!on) return listen(own)
      // `close` calls back only when the open connections have ended; the port is free at once.
      server.close()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Uniform in [0, 1). Tommy Ettinger's mulberry32. */
const mulberry32 = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
