import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { PortError } from '#ports/port-error.ts'
import { headObject } from './head-object.ts'
import { metadataOf } from './object-metadata.ts'
import { putObject } from './put-object.ts'
import type { S3Link } from './s3-link.ts'

/** Smaller files go in one request. Also the least of a part, since it stays in memory while it is sent. */
const PART_BYTES = 16 * 1024 ** 2
const MOST_PARTS = 10_000

/** Stores the content of a file: all of it appears at once, however many requests that takes. Throws `NOT_FOUND` without the file. */
export const uploadFile = async (link: S3Link, key: string, path: string): Promise<void> => {
  await using handle = await open(path, 'r').catch((error: unknown) => {
    throw noFile(path, key, error)
  })
  const found = await handle.stat()
  if (!found.isFile()) throw noFile(path, key)
  const { size } = found
  if (size <= PART_BYTES) return await putObject(link, key, await readPart(handle, path, 0, size))
  await uploadParts(link, key, { handle, path, size })
}

const uploadParts = async (
  link: S3Link,
  key: string,
  { handle, path, size }: { handle: FileHandle; path: string; size: number },
): Promise<void> => {
  const { sdk, client } = link
  const what = `store ${key}`
  const target = { Bucket: link.bucket, Key: link.keyOf(key) }
  const partBytes = Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS))
  let checksum = 0
  for (let start = 0; start < size; start += partBytes)
    checksum = crc32(await readPart(handle, path, start, Math.min(size, start + partBytes)), checksum)

  const { UploadId } = await link.call(what, ({ abortSignal }) =>
    client.send(new sdk.CreateMultipartUploadCommand({ ...target, Metadata: metadataOf({ checksum }) }), {
      abortSignal,
    }),
  )
  try {
    const Parts: { ETag: string | undefined; PartNumber: number }[] = []
    let sent = 0
    for (let start = 0; start < size; start += partBytes) {
      const Body = await readPart(handle, path, start, Math.min(size, start + partBytes))
      const PartNumber = Parts.length + 1
      const { ETag } = await link.call(what, ({ abortSignal }) =>
        client.send(
          new sdk.UploadPartCommand({ ...target, UploadId, PartNumber, Body, ContentLength: Body.length }),
          { abortSignal },
        ),
      )
      sent = crc32(Body, sent)
      Parts.push({ ETag, PartNumber })
    }
    if (sent !== checksum)
      throw new PortError('INVALID_ARGUMENT', `${path} changed while it was stored, wanted a finished file.`)
    await link.call(what, async ({ abortSignal, number }) => {
      const command = new sdk.CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts },
      })
      try {
        await client.send(command, { abortSignal })
      } catch (error) {
        // An answer that was lost ended the upload all the same.
        const isUnknown = error instanceof Error && error.name === 'NoSuchUpload'
        if (number === 1 || !isUnknown || (await headObject(link, key))?.checksum !== checksum) throw error
      }
    })
  } catch (error) {
    const abort = new sdk.AbortMultipartUploadCommand({ ...target, UploadId })
    // Parts that stay cost room until the bucket's lifecycle rule removes them.
    await client.send(abort, { abortSignal: AbortSignal.timeout(5000) }).catch(() => {})
    throw error
  }
}

const noFile = (path: string, key: string, cause?: unknown): PortError =>
  new PortError('NOT_FOUND', `${path} is no file that can be read, wanted one to store as ${key}.`, {
    cause,
    details: { path },
  })

const readPart = async (handle: FileHandle, path: string, start: number, end: number): Promise<Buffer> => {
  const part = Buffer.allocUnsafe(end - start)
  let filled = 0
  while (filled < part.length) {
    const { bytesRead } = await handle.read(part, filled, part.length - filled, start + filled)
    if (bytesRead === 0)
      throw new PortError(
        'INVALID_ARGUMENT',
        `${path} became shorter while it was stored, wanted a finished file.`,
      )
    filled += bytesRead
  }
  return part
}
