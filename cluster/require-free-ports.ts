import { createServer } from 'node:net'

/** Throws, with the code `PORT_IN_USE`, for the first port of 127.0.0.1 that somebody listens on. */
export async function requireFreePorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      const message = `Port ${port} on 127.0.0.1 is in use; a free one was wanted.`
      throw Object.assign(new Error(message), { code: 'PORT_IN_USE' })
    })
    await new Promise(resolve => server.close(resolve))
  }
}
