import { PortError } from '#ports/port-error.ts'

/** So much at once, and a line before it: first come, first served. */
export interface Turns {
  /** Throws `SQL_BUSY` if the line is full, and the signal's reason once it is aborted while it waits. */
  take(signal?: AbortSignal): Promise<Disposable>
  waiting(): number
}

export function createTurns({ atOnce, queue }: { atOnce: number; queue: number }): Turns {
  const line: (() => void)[] = []
  let taken = 0

  const turn = (): Disposable => {
    let done = false
    taken += 1
    return {
      [Symbol.dispose]() {
        if (done) return
        done = true
        taken -= 1
        line.shift()?.()
      },
    }
  }

  return {
    async take(signal) {
      signal?.throwIfAborted()
      if (taken < atOnce) return turn()
      if (line.length >= queue)
        throw new PortError('SQL_BUSY', `${line.length} statements wait already, at most ${queue} may.`, {
          details: { queued: line.length },
        })
      const { promise, resolve, reject } = Promise.withResolvers<Disposable>()
      const enter = () => {
        signal?.removeEventListener('abort', leave)
        resolve(turn())
      }
      const leave = () => {
        line.splice(line.indexOf(enter), 1)
        reject(signal?.reason)
      }
      line.push(enter)
      signal?.addEventListener('abort', leave, { once: true })
      return promise
    },
    waiting: () => line.length,
  }
}
