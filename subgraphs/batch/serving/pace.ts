/** Runs work one after the other and lets others have their turn every few milliseconds. */
export type Pace = <T>(work: () => T) => Promise<T>

const TURN_MS = 5

export function createPace(): Pace {
  let began = performance.now()
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const result = last.then(async () => {
      if (performance.now() - began > TURN_MS) {
        await new Promise(resolve => setImmediate(resolve))
        began = performance.now()
      }
      return work()
    })
    last = result.catch(() => {})
    return result
  }
}
