import { CodedError } from '#subgraphs/coded-error.ts'
import type { ResultView } from './result-view.ts'

/** Bounds the memory of pages that are being answered: they are read one by one, and counted until they are likely sent. */
export interface PageBudget {
  /**
   * Reads a page for a request once there is room.
   * @throws CodedError `SQL_BUSY` where this request has had its part, or others take all there is.
   */
  take(request: object, read: () => Promise<{ view: ResultView; bytes: number }>): Promise<ResultView>
}

export function createPageBudget({
  maxBytes = 64 * 1024 ** 2,
  maxRequestBytes = 16 * 1024 ** 2,
  holdMs = 1000,
  waitMs = 10_000,
}: {
  /** Of all pages, and of those of one request: no more are read once there are so many. */
  maxBytes?: number
  maxRequestBytes?: number
  /** Milliseconds that a page counts after it was read. */
  holdMs?: number
  /** Most milliseconds that a page waits for the others. */
  waitMs?: number
} = {}): PageBudget {
  const byRequest = new WeakMap<object, number>()
  let bytes = 0
  let last: Promise<unknown> = Promise.resolve()
  let wake: (() => void) | null = null

  /** Until there is room; false if there is none in time. Only one waits at a time. */
  async function room(until: number): Promise<boolean> {
    while (bytes >= maxBytes) {
      const ms = until - performance.now()
      if (ms <= 0) return false
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wake = null
    }
    return true
  }

  async function readOne(
    request: object,
    read: () => Promise<{ view: ResultView; bytes: number }>,
    until: number,
  ): Promise<ResultView> {
    const had = byRequest.get(request) ?? 0
    if (had >= maxRequestBytes) {
      throw busy(`${had} bytes of rows are in this answer already; ask for this page by itself.`)
    }
    if (!(await room(until))) throw busy('Pages that are being answered take all the room; try again.')
    const page = await read()
    byRequest.set(request, had + page.bytes)
    bytes += page.bytes
    setTimeout(() => {
      bytes -= page.bytes
      wake?.()
    }, holdMs).unref()
    return page.view
  }

  return {
    take(request, read) {
      const until = performance.now() + waitMs
      const taken = last.then(() => readOne(request, read, until))
      last = taken.catch(() => {})
      return taken
    },
  }
}

function busy(message: string): CodedError {
  return new CodedError('SQL_BUSY', message)
}
