/** Gives a function that runs tasks one after the other, in the order of their calls; a failure concerns its caller alone. */
export const serially = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return task => {
    const result = last.then(task)
    last = result.catch(() => {})
    return result
  }
}
