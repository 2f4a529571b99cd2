/**
 * A generator whose `return` calls `end` at once. By itself it runs its `finally` neither before its first `next` nor while
 * it waits, and whoever leaves then would leave a listener behind.
 */
export function endOnReturn<T>(messages: AsyncGenerator<T>, end: () => void): AsyncIterableIterator<T> {
  const iterator: AsyncIterableIterator<T> = {
    next: () => messages.next(),
    return() {
      end()
      return messages.return(undefined)
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
