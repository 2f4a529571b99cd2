import type { IncomingMessage, ServerResponse } from 'node:http'
import { versionProblem, VERSION_HEADER } from '../internal-version.ts'
import type { ReceivedRequest, RequestVerifier, Verified } from '../request-signature.ts'
import { readTrace } from '../trace-context.ts'
import type { OperationRequest, OperationRunner } from './operation-runner.ts'
import { readBody } from './read-body.ts'
import { parseJsonBody } from './read-json-body.ts'
import { sendJson } from './send-json.ts'
import { whileAnswering } from './while-answering.ts'

/** Why a gateway's request is not carried out. */
export interface OperationRefusal {
  status: number
  code: string
  message: string
}

export const SUBGRAPH_PATH = '/graphql'

export const DRAINING: OperationRefusal = {
  status: 503,
  code: 'SHUTTING_DOWN',
  message: 'This instance is shutting down; another will serve.',
}

/** Serves queries and mutations of a gateway by POST. It rejects with what the subgraph itself could not deal with. */
export function createOperationHandler({
  runner,
  verifier,
  bodyLimitBytes,
  isDraining,
}: {
  runner: OperationRunner
  verifier: RequestVerifier | undefined
  bodyLimitBytes: number
  isDraining: () => boolean
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const { headers, method = '', url: path = '' } = request
    const refuse = (refusal: OperationRefusal) => sendRefusal(response, refusal)
    if (headers.origin)
      return refuse({ status: 403, code: 'FORBIDDEN_ORIGIN', message: 'A subgraph serves its gateway only.' })
    if (path !== SUBGRAPH_PATH)
      return refuse({
        status: 404,
        code: 'NOT_FOUND',
        message: `Nothing is served here; ${SUBGRAPH_PATH} was wanted.`,
      })
    if (method !== 'POST')
      return refuse({ status: 405, code: 'METHOD_NOT_ALLOWED', message: 'POST was wanted.' })
    const read = await readBody(request, { limitBytes: bodyLimitBytes })
    if ('refusal' in read) return refuse({ status: 400, ...read.refusal })
    // The bytes as they came: what is signed is not what a parser makes of it.
    const checked = checkSender({ headers, method, path, body: read.bytes }, verifier)
    if ('refused' in checked) return refuse(checked.refused)
    if (isDraining()) return refuse(DRAINING)
    const parsed = parseJsonBody(read.bytes)
    if ('refusal' in parsed) return refuse({ status: 400, ...parsed.refusal })
    const { body } = parsed
    if (!isOperation(body))
      return refuse({
        status: 400,
        code: 'BAD_REQUEST',
        message: 'An object with a string `query` was wanted.',
      })
    const found = runner.inspect(body)
    const kind = 'kind' in found ? found.kind : 'query'
    if (kind === 'subscription')
      return refuse({
        status: 400,
        code: 'BAD_REQUEST',
        message: 'Subscriptions are served by websocket.',
      })
    if (kind === 'mutation' && !checked.isFirst()) return refuse(REPEATED)
    const trace = readTrace(headers)
    const signal = whileAnswering(response)
    sendJson(response, 200, await runner.execute(body, { headers, signal, ...(trace && { trace }) }))
  }
}

export const REPEATED: OperationRefusal = {
  status: 403,
  code: 'FORBIDDEN',
  message: 'The signed request came before; each may be sent once.',
}

/** Whether a request is from a gateway that may be served. */
export function checkSender(
  request: ReceivedRequest,
  verifier: RequestVerifier | undefined,
): Pick<Verified, 'isFirst'> | { refused: OperationRefusal } {
  const problem = versionProblem(request.headers[VERSION_HEADER])
  if (problem) return { refused: { status: 400, code: 'SUBGRAPH_VERSION_MISMATCH', message: problem } }
  if (!verifier) return { isFirst: () => true }
  const verified = verifier.verify(request)
  if (verified.refusal === null) return verified
  return { refused: { status: 403, code: 'FORBIDDEN', message: verified.refusal } }
}

export function sendRefusal(response: ServerResponse, { status, code, message }: OperationRefusal): void {
  // Whoever comes back by the same connection would meet the same instance.
  if (status === 503 && !response.headersSent) response.setHeader('connection', 'close')
  sendJson(response, status, { errors: [{ message, extensions: { code } }] })
}

function isOperation(body: unknown): body is OperationRequest {
  return typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string'
}
