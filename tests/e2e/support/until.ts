const POLL_MS = 15

/** Asks again until there is an answer other than null, undefined or false; fails after the deadline, saying what was wanted. */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  { withinMs = 15_000 }: { withinMs?: number } = {},
): Promise<Exclude<T, null | undefined | false>> {
  for (const deadline = Date.now() + withinMs; ; ) {
    const found = await probe()
    if (found !== null && found !== undefined && found !== false)
      return found as Exclude<T, null | undefined | false>
    if (Date.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms: ${what}.`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}
