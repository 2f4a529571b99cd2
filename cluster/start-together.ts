/**
 * Waits for several starts and gives what started to the stack. If one fails the others are waited for as well: what is under
 * way could not be ended otherwise. Throws the first failure.
 */
export async function startTogether<const Starts extends readonly Promise<AsyncDisposable>[]>(
  stack: AsyncDisposableStack,
  starts: Starts,
): Promise<{ [Index in keyof Starts]: Awaited<Starts[Index]> }> {
  const settled = await Promise.allSettled(starts)
  for (const result of settled) if (result.status === 'fulfilled') stack.use(result.value)
  const failed = settled.find(result => result.status === 'rejected')
  if (failed) throw failed.reason
  return settled.map(result => (result.status === 'fulfilled' ? result.value : undefined)) as {
    [Index in keyof Starts]: Awaited<Starts[Index]>
  }
}
