import type { ServerResponse } from 'node:http'

/** Aborts when the client is gone before its answer went out: work that only serves the answer can end. */
export function whileAnswering(response: ServerResponse): AbortSignal {
  const leaving = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort()
  })
  return leaving.signal
}
