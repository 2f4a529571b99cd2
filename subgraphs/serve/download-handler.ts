import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestVerifier } from '../request-signature.ts'
import { codeOf } from './coded-error.ts'
import type { Downloads } from './download.ts'
import { checkSender, DRAINING, sendRefusal } from './operation-handler.ts'
import { sendDownload, whileRead } from './send-download.ts'

/** Serves a subgraph's files to its gateway; null for a path that is none of theirs. Rejects with what has no code. */
export function createDownloadHandler({
  downloads,
  verifier,
  isDraining,
}: {
  downloads: Downloads | undefined
  verifier: RequestVerifier | undefined
  isDraining: () => boolean
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> | null {
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    return downloads && path.startsWith(downloads.prefix) ? send(downloads, path, request, response) : null
  }

  async function send(
    { open }: Downloads,
    path: string,
    { headers, method = '', url = '' }: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const refuse = (status: number, code: string, message: string) =>
      sendRefusal(response, { status, code, message })
    if (headers.origin) return refuse(403, 'FORBIDDEN_ORIGIN', 'A subgraph serves its gateway only.')
    if (method !== 'GET') return refuse(405, 'METHOD_NOT_ALLOWED', 'GET was wanted.')
    const checked = checkSender({ headers, method, path: url }, verifier)
    if ('refused' in checked) return sendRefusal(response, checked.refused)
    if (isDraining()) return sendRefusal(response, DRAINING)
    try {
      const download = await open(path, { signal: whileRead(response) })
      if (download) return await sendDownload(response, download)
      return refuse(404, 'NOT_FOUND', 'There is no such file here.')
    } catch (error) {
      const code = error instanceof Error ? codeOf(error) : undefined
      if (code === undefined) throw error
      return refuse(400, code, (error as Error).message)
    }
  }
}
