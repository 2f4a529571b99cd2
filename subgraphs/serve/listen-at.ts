import type { Server } from 'node:net'
import { CodedError } from '../coded-error.ts'

/** Listens, or throws CodedError `PORT_IN_USE`; other failures, such as an address that is not this machine's, as Node gives them. */
export async function listenAt(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new CodedError('PORT_IN_USE', `Port ${port} on ${host} is in use; a free one was wanted.`)
  }
}
