import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Client } from '@aws-sdk/client-s3'
import { PortError } from '#ports/port-error.ts'
import { type StorePlace, kindOf, s3Failure } from './s3-failure.ts'

export type S3Sdk = typeof import('@aws-sdk/client-s3')

/** Milliseconds. */
export interface RetryLimits {
  /** Of one request, from its start, or the last part of its answer, to the next. */
  request: number
  /** Of an operation with all its repetitions. */
  total: number
  /** Before the first repetition; each one waits twice as long, up to `LONGEST_WAIT`. */
  backoff: number
}

/** A client of one bucket that repeats what may succeed later, and tells the rest apart. */
export interface S3Link {
  readonly sdk: S3Sdk
  readonly client: S3Client
  readonly place: StorePlace
  readonly bucket: string
  /** Key in the bucket. */
  keyOf(key: string): string
  /** Sends until there is an answer, or throws a `PortError`. `what` says what is tried. */
  call<T>(what: string, send: (http: HttpAttempt) => Promise<T>): Promise<T>
  /** Ends what is under way. */
  close(): void
}

export interface HttpAttempt {
  abortSignal: AbortSignal
  /** From 1. */
  number: number
  /** Gives the answer more time: something came. */
  progressed(): void
}

const LONGEST_WAIT_MS = 3000
const DEFAULT_LIMITS: RetryLimits = { request: 20_000, total: 30_000, backoff: 100 }

export const createS3Link = ({
  sdk,
  client,
  place,
  prefix,
  limits,
}: {
  sdk: S3Sdk
  client: S3Client
  place: StorePlace
  /** Without slashes at its ends. */
  prefix: string
  limits: Partial<RetryLimits>
}): S3Link => {
  const { request, total, backoff } = { ...DEFAULT_LIMITS, ...limits }
  const closing = new AbortController()
  const underWay = new Set<AbortController>()

  const attempt = async <T>(number: number, send: (http: HttpAttempt) => Promise<T>): Promise<T> => {
    const controller = new AbortController()
    const late = () =>
      controller.abort(
        Object.assign(new Error(`no answer within ${request / 1000} s`), { name: 'TimeoutError' }),
      )
    const timer = setTimeout(late, request)
    underWay.add(controller)
    try {
      return await send({
        abortSignal: controller.signal,
        number,
        progressed: () => void timer.refresh(),
      })
    } catch (error) {
      // The client wraps the reason in an error of its own.
      throw controller.signal.aborted ? controller.signal.reason : error
    } finally {
      clearTimeout(timer)
      underWay.delete(controller)
    }
  }
  const closed = () =>
    new PortError('ENGINE_UNREACHABLE', `${place.uri} was closed, wanted a store that is open.`)

  return {
    sdk,
    client,
    place,
    bucket: place.bucket,
    keyOf: key => (prefix ? `${prefix}/${key}` : key),
    async call(what, send) {
      const deadline = performance.now() + total
      for (let number = 1; ; number++) {
        if (closing.signal.aborted) throw closed()
        try {
          return await attempt(number, send)
        } catch (error) {
          if (closing.signal.aborted) throw closed()
          // Spread out, so that those who failed together do not return together.
          const wait = Math.min(LONGEST_WAIT_MS, backoff * 2 ** (number - 1)) * (0.5 + Math.random() / 2)
          const isOver = performance.now() + wait > deadline
          if (error instanceof PortError || isOver || kindOf(error) !== 'TRANSIENT')
            throw s3Failure(error, what, place)
          await sleep(wait, undefined, { signal: closing.signal }).catch(() => {})
        }
      }
    },
    close() {
      closing.abort()
      for (const controller of underWay) controller.abort(closed())
      client.destroy()
    },
  }
}
