/** Whether a promise was kept within so many milliseconds; what comes of it later is nobody's. */
export async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>(resolve => (timer = setTimeout(resolve, ms, false)))
  const kept = promise.then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([kept, late])
  } finally {
    clearTimeout(timer)
  }
}
