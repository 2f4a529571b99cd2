import type { S3Server } from '#engines/s3-server.ts'

export const LAKE_BUCKET = 'lake'

/** How roles find the lake in an S3 server that has the bucket; `endpoint` where they reach it another way. */
export function lakeEnvironment(
  { endpoint: own, region, accessKeyId, secretAccessKey }: S3Server,
  { endpoint = own }: { endpoint?: string } = {},
): Record<string, string> {
  return {
    LAKE_URI: `s3://${LAKE_BUCKET}/tables`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
}
