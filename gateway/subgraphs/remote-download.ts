import { INTERNAL_VERSION, VERSION_HEADER } from '#subgraphs/internal-version.ts'
import type { Download } from '#subgraphs/serve.ts'
import { GraphQLError } from 'graphql'
import type { Pool } from 'undici'
import { gatewayError } from '../error-codes.ts'
import { refusalOf } from './refusal-of.ts'
import type { HeadersFor } from './remote-options.ts'

/** Asks one address of a subgraph for a file. Null if it has none under that path. Throws what it answered, with its code. */
export async function downloadFrom({
  pool,
  path,
  headersFor,
  signal,
}: {
  pool: Pool
  path: string
  headersFor: HeadersFor
  signal: AbortSignal
}): Promise<Download | null> {
  const method = 'GET'
  const { statusCode, headers, body } = await pool.request({
    method,
    path,
    signal,
    // A large result takes as long as its reader does; who leaves aborts.
    bodyTimeout: 0,
    headers: { [VERSION_HEADER]: String(INTERNAL_VERSION), ...headersFor({ method, path }) },
  })
  if (statusCode === 200) {
    const length = textOf(headers['content-length'])
    return {
      contentType: textOf(headers['content-type']) ?? 'application/octet-stream',
      fileName: /filename="([\w.-]+)"/.exec(textOf(headers['content-disposition']) ?? '')?.[1] ?? 'result',
      sizeBytes: length === undefined ? null : Number(length),
      headers: ownHeaders(headers),
      content: body,
    }
  }
  const answer = parse(await body.text())
  const refusal = refusalOf(statusCode, headers, answer)
  if (refusal) throw refusal
  if (statusCode === 404) return null
  const { message, extensions: { code } = {} } = answer?.errors?.[0] ?? {}
  // For the log: what went wrong inside is not for clients.
  if (statusCode === 500) throw new Error(`The subgraph failed: ${message ?? 'it gave no reason'}`)
  if (message !== undefined && code !== undefined) throw new GraphQLError(message, { extensions: { code } })
  throw gatewayError('SUBGRAPH_UNREACHABLE', `HTTP ${statusCode} came in the place of a file.`)
}

/** What the subgraph tells about the file; the version of the protocol between us is none of the client's. */
function ownHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const own = Object.entries(headers).filter(
    ([name]) => name.startsWith('x-coelho-') && name !== VERSION_HEADER,
  )
  return Object.fromEntries(own.map(([name, value]) => [name, textOf(value) ?? '']))
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

interface Answer {
  errors?: { message?: string; extensions?: { code?: string } }[]
}

function parse(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer | null
  } catch {
    return null
  }
}
