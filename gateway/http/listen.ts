import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gatewayError } from '../error-codes.ts'

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1']
/** How far the default port moves on. */
const ATTEMPTS = 100

/**
 * Listens on a loopback address, or any where clients prove who they are. An explicit port that is taken is PORT_IN_USE; the default moves on to the next free.
 * Throws AUTHENTICATION_REQUIRED for another address without: whoever reaches it could do everything.
 */
export async function listen(
  server: Server,
  {
    host,
    port,
    portIsExplicit,
    isProtected,
  }: { host: string; port: number; portIsExplicit: boolean; isProtected: boolean },
): Promise<AddressInfo> {
  if (!isProtected && !LOOPBACK.includes(host)) {
    const message = `The address ${JSON.stringify(host)} can be reached from other machines, and no access token is configured; a token or one of ${LOOPBACK.join(', ')} was wanted.`
    throw gatewayError('AUTHENTICATION_REQUIRED', message)
  }
  const last = portIsExplicit || port === 0 ? port : Math.min(port + ATTEMPTS, 65_535)
  for (let candidate = port; ; candidate++) {
    try {
      return await tryListen(server, host, candidate)
    } catch (error) {
      if (!isTaken(error)) throw error
      if (candidate < last) continue
      const asked = last === port ? `Port ${port}` : `Every port from ${port} to ${last}`
      throw gatewayError('PORT_IN_USE', `${asked} on ${host} is in use; a free one was wanted.`)
    }
  }
}

function tryListen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
