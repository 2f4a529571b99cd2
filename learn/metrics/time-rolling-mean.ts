import { createEventClock } from '../math/event-clock.ts'
import type { StateReader } from '../state/reader.ts'
import type { Mean } from './mean.ts'

/** Entries kept exactly: five minutes at 100 a second. Beyond, neighbours in time are merged two by two. */
const CAPACITY = 32_768

/**
 * Mean over the last `periodMs` of event time: an entry leaves when a newer one is at least `periodMs` ahead. Late
 * entries are put in their place in time; those outside the window, and a single one far ahead, are ignored. Memory is bounded: at
 * CAPACITY entries, neighbours are merged and leave together, at the later one's time.
 */
export function createTimeRollingMean(periodMs: number, input?: StateReader): Mean {
  let times = input ? input.f64s() : new Float64Array(64)
  let sums = input ? input.f64s(times.length) : new Float64Array(64)
  let counts = input ? input.f64s(times.length) : new Float64Array(64)
  let start = input ? input.u32() : 0
  let end = input ? input.u32() : 0
  const clock = createEventClock(input)
  let sum = input ? input.f64() : 0
  let n = input ? input.f64() : 0
  /** Evictions until the sum is taken anew, so that it cannot drift. */
  let untilRefresh = input ? input.u32() : CAPACITY

  function evict(): void {
    const limit = clock.now() - periodMs
    while (start < end && times[start] <= limit) {
      sum -= sums[start]
      n -= counts[start]
      start += 1
      untilRefresh -= 1
    }
    if (untilRefresh <= 0 || n === 0) refresh()
  }

  function refresh(): void {
    sum = 0
    for (let i = start; i < end; i++) sum += sums[i]
    untilRefresh = CAPACITY
  }

  /** Frees at least half of the places, by dropping what has left, merging neighbours or growing. */
  function makeRoom(): void {
    if (end - start > times.length / 2) {
      if (times.length >= CAPACITY) {
        merge()
      } else {
        times = doubled(times)
        sums = doubled(sums)
        counts = doubled(counts)
      }
    }
    times.copyWithin(0, start, end)
    sums.copyWithin(0, start, end)
    counts.copyWithin(0, start, end)
    end -= start
    start = 0
  }

  function merge(): void {
    let to = start
    for (let i = start; i < end; i += 2) {
      const last = Math.min(i + 1, end - 1)
      times[to] = times[last]
      sums[to] = last === i ? sums[i] : sums[i] + sums[last]
      counts[to] = last === i ? counts[i] : counts[i] + counts[last]
      to += 1
    }
    end = to
  }

  return {
    n: () => n,
    get: () => (n > 0 ? sum / n : 0),
    add(value, timeMs) {
      if (!clock.advance(timeMs) || timeMs <= clock.now() - periodMs) return
      if (timeMs === clock.now()) evict()
      if (end === times.length) makeRoom()
      let at = end
      while (at > start && times[at - 1] > timeMs) at -= 1
      if (at < end) {
        times.copyWithin(at + 1, at, end)
        sums.copyWithin(at + 1, at, end)
        counts.copyWithin(at + 1, at, end)
      }
      times[at] = timeMs
      sums[at] = value
      counts[at] = 1
      end += 1
      sum += value
      n += 1
    },
    save(out) {
      out.f64s(times)
      out.f64s(sums)
      out.f64s(counts)
      out.u32(start)
      out.u32(end)
      clock.save(out)
      out.f64(sum)
      out.f64(n)
      out.u32(Math.max(0, untilRefresh))
    },
  }
}

function doubled(values: Float64Array): Float64Array {
  const larger = new Float64Array(2 * values.length)
  larger.set(values)
  return larger
}
