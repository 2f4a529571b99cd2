import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { sendJson } from '#subgraphs/serve/send-json.ts'
import type { GraphQLFormattedError } from 'graphql'
import { ERROR_CODES } from '../error-codes.ts'
import type { ErrorCode } from '../error-codes.ts'

/** A refusal outside GraphQL's execution: which code, and why in one sentence. */
export interface Refusal {
  code: ErrorCode
  message: string
}

/** Answers with the body `{ errors: [...] }` of GraphQL and the status of the code. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  sendJson(response, ERROR_CODES[refusal.code].status, { errors: [asError(refusal)] })
}

export function sendErrors(
  response: ServerResponse,
  status: number,
  errors: readonly GraphQLFormattedError[],
): void {
  sendJson(response, status, { errors })
}

/** The same for an upgrade that is not accepted: there is no response object, only the socket. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal, reasonPhrase = 'Refused'): void {
  const { status } = ERROR_CODES[refusal.code]
  const text = JSON.stringify({ errors: [asError(refusal)] })
  const head = [
    `HTTP/1.1 ${status} ${reasonPhrase}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ]
  socket.on('error', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
}

function asError({ code, message }: Refusal): GraphQLFormattedError {
  return { message, extensions: { code } }
}
