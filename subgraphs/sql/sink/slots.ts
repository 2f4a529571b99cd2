/** Runs at most so many tasks at once, in the order in which they came. */
export type Slots = <T>(task: () => Promise<T>) => Promise<T>

export function createSlots(count: number): Slots {
  let free = count
  const waiting: (() => void)[] = []
  return async task => {
    if (free > 0) free--
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
