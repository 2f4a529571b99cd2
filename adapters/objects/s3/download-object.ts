import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { PortError } from '#ports/port-error.ts'
import type { ObjectHead } from './head-object.ts'
import { readObject } from './read-object.ts'
import type { S3Link } from './s3-link.ts'

/** In memory while it is written; also what a request may take its time for. */
const PART_BYTES = 8 * 1024 ** 2

/** A part by itself has no checksum: what was damaged on its way shows at the end. */
const ATTEMPTS = 3

/** Writes an object to a new file, part by part, synced; what differs from `head` in length or checksum throws. */
export const downloadObject = async (
  link: S3Link,
  key: string,
  head: ObjectHead,
  path: string,
): Promise<void> => {
  await using handle = await open(path, 'wx', 0o600)
  for (let attempt = 1; ; attempt++) {
    const checksum = await downloadParts(link, key, head, handle)
    if (head.checksum === null || checksum === head.checksum) break
    if (attempt === ATTEMPTS) throw damaged(link, key, 'has another checksum than it was stored with')
  }
  await handle.sync()
}

const downloadParts = async (
  link: S3Link,
  key: string,
  { sizeBytes, etag }: ObjectHead,
  handle: FileHandle,
): Promise<number> => {
  let checksum = 0
  for (let start = 0; start < sizeBytes; start += PART_BYTES) {
    const end = Math.min(sizeBytes, start + PART_BYTES)
    const part = await readObject(link, key, { start, end }, etag)
    if (part === null) throw new PortError('NOT_FOUND', `${link.place.uri} has no object ${key} any more.`)
    if (part.length !== end - start)
      throw damaged(link, key, `answered ${part.length} of ${end - start} bytes from ${start}`)
    for (let done = 0; done < part.length; )
      done += (await handle.write(part, done, part.length - done, start + done)).bytesWritten
    checksum = crc32(part, checksum)
  }
  return checksum
}

const damaged = ({ place }: S3Link, key: string, what: string): PortError =>
  new PortError(
    'ENGINE_UNREACHABLE',
    `The object ${key} in ${place.uri} at ${place.endpoint} ${what}, wanted all of it unchanged. Check the store and the network.`,
    { details: { uri: place.uri, key } },
  )
