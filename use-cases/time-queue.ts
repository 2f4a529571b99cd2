/** A priority queue by time; what was added first leaves first among equals, so that streams are reproducible. */
export interface TimeQueue<T> {
  readonly size: number
  /** Time of the next item; Infinity when empty. */
  nextMs(): number
  push(timeMs: number, value: T): void
  pop(): T | undefined
}

interface Entry<T> {
  timeMs: number
  order: number
  value: T
}

/** Binary heap. */
export function createTimeQueue<T>(): TimeQueue<T> {
  const heap: Entry<T>[] = []
  let order = 0
  return {
    get size() {
      return heap.length
    },
    nextMs: () => heap[0]?.timeMs ?? Infinity,
    push(timeMs, value) {
      heap.push({ timeMs, order: order++, value })
      siftUp(heap, heap.length - 1)
    },
    pop() {
      const first = heap[0]
      const last = heap.pop()
      if (first === undefined || last === undefined) return undefined
      if (heap.length > 0) {
        heap[0] = last
        siftDown(heap)
      }
      return first.value
    },
  }
}

function siftUp<T>(heap: Entry<T>[], from: number): void {
  let at = from
  const entry = heap[at] as Entry<T>
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as Entry<T>
    if (!isBefore(entry, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = entry
}

function siftDown<T>(heap: Entry<T>[]): void {
  const entry = heap[0] as Entry<T>
  let at = 0
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const right = heap[child + 1]
    if (right !== undefined && isBefore(right, heap[child] as Entry<T>)) child++
    const below = heap[child] as Entry<T>
    if (!isBefore(below, entry)) break
    heap[at] = below
    at = child
  }
  heap[at] = entry
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order)
}
