/** What a promise gives within so many milliseconds; undefined when it takes longer, and then its failure is nobody's. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  promise.catch(() => {})
  const late = new Promise<undefined>(resolve => (timer = setTimeout(resolve, ms, undefined)))
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
