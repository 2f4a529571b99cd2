// Makes the bucket of the lake in a bundled store; one that is there already is fine.
import { createRequire } from 'node:module'

const { S3Client, CreateBucketCommand } = createRequire('/app/package.json')('@aws-sdk/client-s3')
const bucket = new URL(process.env.LAKE_URI).hostname
const client = new S3Client({ endpoint: process.env.AWS_ENDPOINT_URL, forcePathStyle: true })
try {
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  console.log(`The bucket ${bucket} is made.`)
} catch (error) {
  if (!['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(error.name)) throw error
  console.log(`The bucket ${bucket} is there.`)
}
