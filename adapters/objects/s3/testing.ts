import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Objects } from '#ports/objects.ts'
import { type S3Options, openS3Objects } from '../s3.ts'
import { type FakeS3, type Fault, type FakeRequest, startFakeS3 } from './fake-s3.ts'

/** What answers is awaited, however busy the machine is; repetitions follow at once. */
const LIMITS = { request: 5000, total: 10_000, backoff: 5 }
/** For what fails for ever. */
export const SHORT = { request: 5000, total: 300, backoff: 5 }
/** For stores that do not answer. */
export const IMPATIENT = { request: 250, total: 5000, backoff: 5 }

export const SECRETS = {
  accessKeyId: 'AKIDtest',
  secretAccessKey: 'very-secret/key',
  sessionToken: 'session+token',
}

export interface FakeBench {
  fake: FakeS3
  open(options?: Partial<S3Options>): Promise<Objects>
  cacheDirectory: string
}

/** A fake store, ended with the test, as is what was opened on it. */
export const createFakeBench = async (t: TestContext): Promise<FakeBench> => {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const cacheDirectory = await mkdtemp(join(tmpdir(), 's3-cache-'))
  stack.defer(() => rm(cacheDirectory, { recursive: true, force: true }))
  const fake = stack.use(await startFakeS3())
  return {
    fake,
    cacheDirectory,
    async open(options = {}) {
      const { endpoint } = fake
      return stack.use(
        await openS3Objects({
          bucket: 'lake',
          endpoint,
          ...SECRETS,
          cacheDirectory,
          limits: LIMITS,
          ...options,
        }),
      )
    },
  }
}

/** The fault for the first requests that match, and none for others. */
export const times = (
  count: number,
  matches: (request: FakeRequest) => boolean,
  fault: Fault,
): FakeS3['fault'] => {
  let left = count
  return request => (matches(request) && left-- > 0 ? fault : null)
}

export const isPut = ({ method }: FakeRequest): boolean => method === 'PUT'
export const isGet = ({ method, key }: FakeRequest): boolean => method === 'GET' && key !== ''
