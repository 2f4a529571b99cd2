import { randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { headObject } from './head-object.ts'
import { base64Of, metadataOf } from './object-metadata.ts'
import { readObject } from './read-object.ts'
import { kindOf } from './s3-failure.ts'
import type { S3Link } from './s3-link.ts'

export const putObject = async (link: S3Link, key: string, content: Uint8Array): Promise<void> => {
  const checksum = crc32(content)
  await link.call(`store ${key}`, ({ abortSignal }) => {
    const command = new link.sdk.PutObjectCommand({
      Bucket: link.bucket,
      Key: link.keyOf(key),
      Body: content,
      ContentLength: content.length,
      ChecksumCRC32: base64Of(checksum),
      Metadata: metadataOf({ checksum }),
    })
    return link.client.send(command, { abortSignal })
  })
}

/** What is there may be deleted before it is looked at. */
const ATTEMPTS = 5

/**
 * Whether this call created the object. A request whose answer was lost may have taken effect, also while a network in between
 * repeated it, so a refusal counts only once it is known that somebody else wrote what is there: every call signs its object.
 */
export const putObjectIfAbsent = async (link: S3Link, key: string, content: Uint8Array): Promise<boolean> => {
  const checksum = crc32(content)
  const writer = randomUUID()
  const create = () =>
    link.call(`create ${key}`, async ({ abortSignal }) => {
      const command = new link.sdk.PutObjectCommand({
        Bucket: link.bucket,
        Key: link.keyOf(key),
        Body: content,
        ContentLength: content.length,
        ChecksumCRC32: base64Of(checksum),
        Metadata: metadataOf({ checksum, writer }),
        IfNoneMatch: '*',
      })
      try {
        await link.client.send(command, { abortSignal })
        return true
      } catch (error) {
        if (kindOf(error) === 'PRECONDITION') return false
        throw error
      }
    })
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await create()) return true
    const there = await headObject(link, key)
    if (!there) continue
    if (there.writer !== undefined) return there.writer === writer
    // By another program, or in a store that keeps no metadata: that leaves the content to compare.
    const found = there.sizeBytes === content.length ? await readObject(link, key) : null
    return found !== null && Buffer.compare(found, content) === 0
  }
  return false
}
