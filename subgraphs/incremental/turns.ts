/** Runs an action when those asked for before it under the same key have ended, however they ended. */
export type Turns = <T>(key: string, act: () => Promise<T>) => Promise<T>

/** A queue per key, so that what belongs together can't race. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return (key, act) => {
    const result = (last.get(key) ?? Promise.resolve()).then(act)
    last.set(
      key,
      result.catch(() => {}),
    )
    return result
  }
}
