import { kindOf } from './s3-failure.ts'
import type { S3Link } from './s3-link.ts'

/** As many as one request may name. */
const PAGE = 1000

/** Those that are not there are no error. */
export const deleteObjects = async (link: S3Link, keys: readonly string[]): Promise<void> => {
  for (let start = 0; start < keys.length; start += PAGE) {
    let left = keys.slice(start, start + PAGE).map(link.keyOf)
    await link.call(left.length === 1 ? `delete ${keys[start]}` : 'delete', async ({ abortSignal }) => {
      if (left.length === 1) return deleteOne(link, left[0] as string, abortSignal)
      const command = new link.sdk.DeleteObjectsCommand({
        Bucket: link.bucket,
        Delete: { Objects: left.map(Key => ({ Key })), Quiet: true },
      })
      const { Errors = [] } = await link.client.send(command, { abortSignal })
      const failed = Errors.map(({ Key, Code, Message }) => ({
        Key,
        error: Object.assign(new Error(Message ?? Code), { name: Code ?? 'Unknown' }),
      })).filter(({ error }) => kindOf(error) !== 'ABSENT')
      left = failed.map(({ Key }) => Key).filter(key => key !== undefined)
      // What can't be helped is told first; the rest is tried again.
      const worst = failed.find(({ error }) => kindOf(error) !== 'TRANSIENT') ?? failed[0]
      if (worst) throw worst.error
    })
  }
}

const deleteOne = async (link: S3Link, key: string, abortSignal: AbortSignal): Promise<void> => {
  try {
    await link.client.send(new link.sdk.DeleteObjectCommand({ Bucket: link.bucket, Key: key }), {
      abortSignal,
    })
  } catch (error) {
    if (kindOf(error) !== 'ABSENT') throw error
  }
}
