/** Takes messages until there are `count` or no more, then leaves. */
export async function take<Data>(messages: AsyncIterable<Data>, count: number): Promise<Data[]> {
  const taken: Data[] = []
  for await (const message of messages) if (taken.push(message) === count) break
  return taken
}
