import type { ObjectInfo } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import { isKey } from '../core/check-key.ts'
import { compareKeys } from '../core/compare-keys.ts'
import type { S3Link } from './s3-link.ts'

/** Objects in the order of their keys, a page a request. Markers of folders that consoles leave are no objects. */
export async function* listObjects(
  link: S3Link,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<ObjectInfo> {
  const own = link.keyOf('')
  let continuation: string | undefined
  let last: string | undefined
  for (;;) {
    const page = await link.call(`list ${prefix || 'everything'}`, ({ abortSignal }) => {
      const command = new link.sdk.ListObjectsV2Command({
        Bucket: link.bucket,
        Prefix: link.keyOf(prefix),
        ...(after !== undefined && { StartAfter: link.keyOf(after) }),
        ...(continuation !== undefined && { ContinuationToken: continuation }),
      })
      return link.client.send(command, { abortSignal })
    })
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      const key = Key.slice(own.length)
      if (!Key.startsWith(own) || !isKey(key)) continue
      if (last !== undefined && compareKeys(key, last) <= 0) throw unordered(link, last, key)
      last = key
      if (after !== undefined && compareKeys(key, after) <= 0) continue
      yield { key, sizeBytes: Size, modifiedAt: LastModified?.getTime() ?? 0 }
    }
    if (!page.IsTruncated) return
    if (!page.NextContinuationToken || page.NextContinuationToken === continuation)
      throw unordered(link, last ?? '', last ?? '')
    continuation = page.NextContinuationToken
  }
}

const unordered = ({ place }: S3Link, before: string, key: string): PortError =>
  new PortError(
    'ENGINE_UNSUPPORTED',
    `${place.uri} at ${place.endpoint} listed ${key} behind ${before}, wanted keys in the order of their UTF-8 bytes, each once, ` +
      'as S3 general purpose buckets list them: use such a bucket.',
    { details: { uri: place.uri, key } },
  )
