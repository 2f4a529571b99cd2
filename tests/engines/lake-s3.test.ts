import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openS3Objects } from '#adapters/objects/s3.ts'
import { type S3Server, startS3Server } from '#engines/s3-server.ts'
import { lakeContract } from '#ports/lake.contract.ts'

const BUCKET = 'lake'
const stack = new AsyncDisposableStack()
let server: S3Server
let scratch: string

before(async () => {
  server = stack.use(await startS3Server({ buckets: [BUCKET] }))
  scratch = await mkdtemp(join(tmpdir(), 'lake-s3-'))
  stack.defer(() => rm(scratch, { recursive: true, force: true }))
})
after(() => stack.disposeAsync())

lakeContract({
  name: 'Delta on S3',
  open: async ({ store, ...options }) => {
    const { endpoint, accessKeyId, secretAccessKey } = server
    const objects = await openS3Objects({
      bucket: BUCKET,
      prefix: `contract/${store}`,
      endpoint,
      accessKeyId,
      secretAccessKey,
      cacheDirectory: join(scratch, 'cache'),
    })
    return openDeltaLake({ objects, workDirectory: join(scratch, 'work'), ...options })
  },
})
