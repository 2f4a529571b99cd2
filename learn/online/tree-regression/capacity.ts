/** Entries that arrays hold for `count` of them: a power of two, so that memory depends on the count alone. */
export function capacityFor(count: number, least = 16): number {
  let capacity = least
  while (capacity < count) capacity *= 2
  return capacity
}
