/** Lets at most `count` run at once; the others wait in the order they came. */
export const createTurns = (count: number) => {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async take<T>(run: () => Promise<T>): Promise<T> {
      // Who waited takes over the place of the one before.
      if (running === count) await new Promise<void>(resolve => waiting.push(resolve))
      else running += 1
      try {
        return await run()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    },
  }
}
