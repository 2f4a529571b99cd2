import type { S3Link } from './s3-link.ts'

/** Whether it was missing. */
export const createBucket = (link: S3Link): Promise<boolean> =>
  link.call(`create the bucket ${link.bucket}`, async ({ abortSignal }) => {
    try {
      await link.client.send(new link.sdk.CreateBucketCommand({ Bucket: link.bucket }), { abortSignal })
      return true
    } catch (error) {
      // One of somebody else is told by the first request in it.
      if (error instanceof Error && /^BucketAlready(OwnedByYou|Exists)$/.test(error.name)) return false
      throw error
    }
  })
