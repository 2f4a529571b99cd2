import type { IncomingMessage } from 'node:http'

export interface BodyRefusal {
  code: 'BAD_REQUEST' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE'
  message: string
}

/** How much of a refused body is still read, so that the client gets to read the answer. */
const DISCARD_LIMIT = 64 * 1024 * 1024

/**
 * Reads a body of at most `limitBytes` that calls itself JSON. Resolves to a refusal instead of throwing: PAYLOAD_TOO_LARGE,
 * UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST. What is too long is read on and thrown away, or the client would see a broken
 * connection instead of the reason.
 */
export async function readBody(
  request: IncomingMessage,
  { limitBytes }: { limitBytes: number },
): Promise<{ bytes: Buffer } | { refusal: BodyRefusal }> {
  const type = request.headers['content-type'] ?? 'none'
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    discard(request)
    return refuse(
      'UNSUPPORTED_MEDIA_TYPE',
      `The content type was ${JSON.stringify(type)}; application/json was wanted.`,
    )
  }
  const tooLarge = () =>
    refuse('PAYLOAD_TOO_LARGE', `The body is longer than the limit of ${limitBytes} bytes.`)
  const announced = Number(request.headers['content-length'])
  if (announced > limitBytes) {
    discard(request)
    return tooLarge()
  }
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > limitBytes) {
        discard(request)
        return tooLarge()
      }
      chunks.push(chunk)
    }
    return { bytes: Buffer.concat(chunks) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refuse('BAD_REQUEST', `The body could not be read: ${reason}.`)
  }
}

function discard(request: IncomingMessage): void {
  let left = DISCARD_LIMIT
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) request.destroy()
  })
  request.resume()
}

function refuse(code: BodyRefusal['code'], message: string): { refusal: BodyRefusal } {
  return { refusal: { code, message } }
}
