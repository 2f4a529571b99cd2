/**
 * Gives the address to use now and `pass`, which moves on to the next after a failure: once, however many requests failed at the
 * same address.
 */
export function takeTurns(urls: readonly string[]): () => { url: string; pass: () => void } {
  let turn = 0
  return () => {
    const now = turn
    return {
      url: urls[now % urls.length] as string,
      pass() {
        if (turn === now) turn++
      },
    }
  }
}
