import { sendDownload, whileRead } from '#subgraphs/serve/send-download.ts'
import { codeOf } from '#subgraphs/serve/coded-error.ts'
import { GraphQLError } from 'graphql'
import { ERROR_CODES } from '../error-codes.ts'
import type { ErrorCode } from '../error-codes.ts'
import type { SubgraphConnection } from '../subgraphs/subgraph-connection.ts'
import type { RouteHandler } from './http-server.ts'
import { sendErrors, sendRefusal } from './send-json.ts'

/**
 * Hands out files of a subgraph by GET: to this machine only where clients need not prove who they are, and never on behalf
 * of another site's page, be it a link: what a page can't read it need not start either.
 */
export function createDownloadRoute({
  connection,
  mayServe,
  isDraining,
}: {
  connection: SubgraphConnection | undefined
  /** Whether no other machine can reach the gateway, or each proves that it may. */
  mayServe: () => boolean
  isDraining: () => boolean
}): RouteHandler {
  return async (request, response, url) => {
    const refuse = (code: ErrorCode, message: string) => sendRefusal(response, { code, message })
    if (!mayServe())
      return refuse(
        'LOOPBACK_ONLY',
        'Results are given to this machine only; a gateway on a loopback address was wanted.',
      )
    if (request.method !== 'GET') {
      response.setHeader('allow', 'GET')
      return refuse('METHOD_NOT_ALLOWED', `${request.method} was sent; GET was wanted.`)
    }
    const site = request.headers['sec-fetch-site']
    if (site === 'cross-site' || site === 'same-site')
      return refuse('FORBIDDEN_ORIGIN', 'A page of another site made the request.')
    if (isDraining()) return refuse('SHUTTING_DOWN', 'The gateway is shutting down.')
    try {
      const download = await connection?.download?.(url.pathname, { signal: whileRead(response) })
      if (download) return await sendDownload(response, download)
      return refuse('NOT_FOUND', `Nothing is served at ${JSON.stringify(url.pathname.slice(0, 200))}.`)
    } catch (error) {
      if (response.destroyed) return
      const code = codeOfAny(error)
      if (code === undefined) throw error
      const status = code in ERROR_CODES ? ERROR_CODES[code as ErrorCode].status : 400
      sendErrors(response, status, [{ message: (error as Error).message, extensions: { code } }])
    }
  }
}

/** Whether an address that a server is bound to can be reached by its own machine only. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

function codeOfAny(error: unknown): string | undefined {
  if (error instanceof GraphQLError) return String(error.extensions.code)
  return error instanceof Error ? codeOf(error) : undefined
}
