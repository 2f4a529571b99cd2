import type { Readable } from 'node:stream'
import type { ByteRange } from '../core/check-range.ts'
import { checksumOf, verifyChecksum } from './object-metadata.ts'
import { kindOf } from './s3-failure.ts'
import type { HttpAttempt, S3Link } from './s3-link.ts'

/** Null if there is none. A range that begins at the end or behind it has no content. `etag` is what the object must have still. */
export const readObject = (
  link: S3Link,
  key: string,
  range: ByteRange = { start: 0, end: Number.POSITIVE_INFINITY },
  etag?: string,
): Promise<Uint8Array | null> =>
  link.call(`read ${key}`, async http => {
    const { start, end } = range
    const isWhole = start === 0 && end === Number.POSITIVE_INFINITY
    const command = new link.sdk.GetObjectCommand({
      Bucket: link.bucket,
      Key: link.keyOf(key),
      ...(!isWhole && { Range: `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}` }),
      ...(etag !== undefined && { IfMatch: etag }),
    })
    try {
      const { Body, Metadata, ContentLength, ContentRange } = await link.client.send(command, http)
      const content = await readBody(Body as Readable, http)
      if (ContentLength !== undefined && content.length !== ContentLength)
        throw cut(content.length, ContentLength)
      if (isWhole) verifyChecksum(content, checksumOf({ Metadata }))
      // A store may answer with everything.
      const isAsked = isWhole || ContentRange !== undefined
      return isAsked ? content : content.subarray(start, end)
    } catch (error) {
      const kind = kindOf(error)
      if (kind === 'ABSENT') return null
      if (kind === 'BEYOND_END') return new Uint8Array()
      throw error
    }
  })

const readBody = async (body: Readable, { abortSignal, progressed }: HttpAttempt): Promise<Uint8Array> => {
  const end = () => void body.destroy(abortSignal.reason)
  abortSignal.addEventListener('abort', end)
  try {
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of body) {
      parts.push(part)
      length += part.length
      progressed()
    }
    const content = new Uint8Array(length)
    for (const part of parts.reverse()) content.set(part, (length -= part.length))
    return content
  } finally {
    abortSignal.removeEventListener('abort', end)
  }
}

const cut = (got: number, wanted: number): Error =>
  Object.assign(new Error(`the answer ended after ${got} of ${wanted} bytes`), { code: 'ECONNRESET' })
