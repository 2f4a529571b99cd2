import { checksumOf, writerOf } from './object-metadata.ts'
import { kindOf } from './s3-failure.ts'
import type { S3Link } from './s3-link.ts'

export interface ObjectHead {
  sizeBytes: number
  modifiedAt: number
  etag: string | undefined
  checksum: number | null
  /** Of the call that created it, if it was ours. */
  writer: string | undefined
}

/** Null if there is no such object. */
export const headObject = (link: S3Link, key: string): Promise<ObjectHead | null> =>
  link.call(`find ${key}`, async ({ abortSignal }) => {
    const command = new link.sdk.HeadObjectCommand({
      Bucket: link.bucket,
      Key: link.keyOf(key),
      ChecksumMode: 'ENABLED',
    })
    try {
      const answer = await link.client.send(command, { abortSignal })
      return {
        sizeBytes: answer.ContentLength ?? 0,
        modifiedAt: answer.LastModified?.getTime() ?? 0,
        etag: answer.ETag,
        checksum: checksumOf(answer),
        writer: writerOf(answer.Metadata),
      }
    } catch (error) {
      if (kindOf(error) === 'ABSENT') return null
      throw error
    }
  })
