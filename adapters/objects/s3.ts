import type { Objects } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import { checkKey, checkPrefix } from './core/check-key.ts'
import { checkRange } from './core/check-range.ts'
import { createBucket } from './s3/create-bucket.ts'
import { deleteObjects } from './s3/delete-objects.ts'
import { downloadObject } from './s3/download-object.ts'
import { headObject } from './s3/head-object.ts'
import { listObjects } from './s3/list-objects.ts'
import { openLocalCopies } from './s3/local-copies.ts'
import { openClient } from './s3/open-client.ts'
import { probeConditionalPut } from './s3/probe-conditional-put.ts'
import { putObject, putObjectIfAbsent } from './s3/put-object.ts'
import { readObject } from './s3/read-object.ts'
import { type RetryLimits, createS3Link } from './s3/s3-link.ts'
import { uploadFile } from './s3/upload-file.ts'

export interface S3Options {
  bucket: string
  /** Of all keys, without which nothing in the bucket is seen or touched. */
  prefix?: string
  /** Default AWS itself. */
  endpoint?: string
  /** Default us-east-1. */
  region?: string
  /** Without a key the client looks where AWS's own tools do: profiles, roles of containers and machines. */
  accessKeyId?: string
  secretAccessKey?: string
  sessionToken?: string
  /** `http://host/bucket/key` instead of `http://bucket.host/key`; default whether there is an endpoint. */
  forcePathStyle?: boolean
  /** For copies of objects; several processes may be given the same. */
  cacheDirectory: string
  /** Of copies that are not in use; default 2 GiB. */
  cacheBytes?: number
  /** Creates the bucket if it is missing; otherwise that is an error. */
  createBucket?: boolean
  onNotice?: (level: 'info' | 'warn', message: string) => void
  /** Milliseconds of one request (20 000), of an operation with its repetitions (30 000), before the first of them (100). */
  limits?: Partial<RetryLimits>
}

const CACHE_BYTES = 2 * 1024 ** 3

/**
 * Objects in a bucket of an S3-compatible store. What may succeed later is repeated within the limits. The store must support
 * conditional writes, which is tried before anything else: throws `ENGINE_UNSUPPORTED` if it doesn't, or has no such bucket.
 */
export const openS3Objects = async (options: S3Options): Promise<Objects> => {
  const { cacheDirectory, cacheBytes = CACHE_BYTES, limits = {}, onNotice = () => {} } = options
  const prefix = (options.prefix ?? '').replace(/^\/+|\/+$/g, '')
  if (prefix !== '') checkKey(prefix)
  const { sdk, client, place } = await openClient(options, prefix)
  const link = createS3Link({ sdk, client, place, prefix, limits })
  const { uri } = place
  const absent = (key: string) =>
    new PortError('NOT_FOUND', `There is no object ${key} in ${uri}.`, { details: { uri, key } })
  const checked = (key: string): string => {
    checkKey(key)
    // The limit holds for the key in the bucket.
    checkKey(link.keyOf(key))
    return key
  }

  await using opening = new AsyncDisposableStack()
  opening.defer(() => link.close())
  if (options.createBucket && (await createBucket(link)))
    onNotice('info', `Created the bucket ${place.bucket} at ${place.endpoint}.`)
  await probeConditionalPut(link)
  const copies = await openLocalCopies({
    directory: cacheDirectory,
    maxBytes: cacheBytes,
    store: `${place.endpoint} ${uri}`,
    async find(key) {
      const head = await headObject(link, key)
      if (!head) throw absent(key)
      return { sizeBytes: head.sizeBytes, write: path => downloadObject(link, key, head, path) }
    },
  })
  opening.move()

  return {
    uri,
    async put(key, content) {
      await putObject(link, checked(key), content)
      copies.forget([key])
    },
    putIfAbsent: async (key, content) => putObjectIfAbsent(link, checked(key), content),
    async putFile(key, path) {
      await uploadFile(link, checked(key), path)
      copies.forget([key])
    },
    async get(key, range) {
      const bounds = checkRange(range)
      checked(key)
      // No request can ask for nothing.
      const isNothing = bounds.start === bounds.end
      if (isNothing && (await headObject(link, key))) return new Uint8Array()
      const found = isNothing ? null : await readObject(link, key, bounds)
      if (!found) throw absent(key)
      return found
    },
    async stat(key) {
      const head = await headObject(link, checked(key))
      return head && { key, sizeBytes: head.sizeBytes, modifiedAt: head.modifiedAt }
    },
    async *list(prefix, { after } = {}) {
      checkPrefix(prefix)
      yield* listObjects(link, prefix, after)
    },
    async delete(keys) {
      for (const key of keys) checked(key)
      await deleteObjects(link, keys)
      copies.forget(keys)
    },
    localFile: async key => copies.acquire(checked(key)),
    async [Symbol.asyncDispose]() {
      link.close()
      await copies[Symbol.asyncDispose]()
    },
  }
}
