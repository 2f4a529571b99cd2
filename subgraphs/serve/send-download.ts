import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Download } from './download.ts'

/** Whatever is in a file, a browser keeps it as one: it is neither shown nor run, nor guessed to be of another type. */
const AS_FILE = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Milliseconds in which a reader takes nothing of what is there for it, after which it is taken for gone. */
const IDLE_MS = 30_000

/**
 * Sends a file at the pace of its reader, as long as there is one. A file that breaks off cuts the connection, so that it is not
 * taken for whole.
 */
export async function sendDownload(
  response: ServerResponse,
  download: Download,
  { idleMs = IDLE_MS }: { idleMs?: number } = {},
): Promise<void> {
  const { contentType, fileName, sizeBytes, headers, content } = download
  response.writeHead(200, {
    ...headers,
    ...AS_FILE,
    'content-type': contentType,
    'content-disposition': `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"`,
    ...(sizeBytes !== null && { 'content-length': sizeBytes }),
  })
  // Of the socket, which counts bytes: a slow reader of a large piece is not idle. It may also be the file that lets wait.
  response.setTimeout(idleMs, () => {
    if (response.writableLength > 0 || response.writableNeedDrain) response.destroy()
  })
  await pipeline(Readable.from(content, { objectMode: false }), response).catch(() => response.destroy())
}

/** Aborts when the reader is gone before the end. */
export function whileRead(response: ServerResponse): AbortSignal {
  const leaving = new AbortController()
  response.once('close', () => leaving.abort())
  return leaving.signal
}
