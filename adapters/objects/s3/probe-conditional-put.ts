import { randomBytes } from 'node:crypto'
import { PortError } from '#ports/port-error.ts'
import { deleteObjects } from './delete-objects.ts'
import { putObjectIfAbsent } from './put-object.ts'
import { readObject } from './read-object.ts'
import type { S3Link } from './s3-link.ts'

const RACERS = 3

/**
 * Finds out whether the store keeps its word on `If-None-Match: *`, upon which every commit rests: of several writers at once
 * exactly one may succeed, a later one must be refused, and the content of the first must stay. Throws `ENGINE_UNSUPPORTED`.
 */
export const probeConditionalPut = async (link: S3Link): Promise<void> => {
  const key = `.conditional-put-probe-${randomBytes(12).toString('hex')}`
  const contents = Array.from({ length: RACERS + 1 }, (_, i) => Buffer.from(`writer ${i}`))
  const create = (content: Uint8Array) => putObjectIfAbsent(link, key, content)
  try {
    const late = contents.pop() as Buffer
    const outcomes = await Promise.all(contents.map(create))
    const winner = contents[outcomes.indexOf(true)]
    if (!winner || outcomes.filter(Boolean).length > 1)
      throw refusal(
        link,
        `of ${RACERS} that create an object at once ${outcomes.filter(Boolean).length} succeeded`,
      )
    if (await create(late)) throw refusal(link, 'it overwrote an object that was there')
    const kept = await readObject(link, key)
    if (!kept || Buffer.compare(kept, winner) !== 0)
      throw refusal(link, 'an object was not what had been stored as it')
  } finally {
    // What is wrong with the store has been told by then.
    await deleteObjects(link, [key]).catch(() => {})
  }
}

const refusal = ({ place }: S3Link, what: string): PortError =>
  new PortError(
    'ENGINE_UNSUPPORTED',
    `${place.uri} at ${place.endpoint} does not keep to the header If-None-Match: * of conditional writes: ${what}. Two writers would ` +
      "destroy each other's commits. Wanted AWS S3, MinIO, Ceph, versitygw or another store in a version that supports conditional PUT.",
    { details: { uri: place.uri, endpoint: place.endpoint } },
  )
