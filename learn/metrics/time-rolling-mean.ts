import { createEventClock } from '../math/event-clock.ts'
import { blockBootstrap } from './block-bootstrap.ts'
import type { Mean } from './mean.ts'
import type { SavedState } from './saved-state.ts'

/** Entries kept exactly: five minutes at 100 a second. Beyond, neighbours in time are merged two by two. */
const CAPACITY = 32_768
/** Blocks that the period is cut into for its interval. */
const BLOCKS = 32

const SUM = 0
const N = 1

/**
 * Mean over the last `periodMs` of event time: an entry leaves when a newer one is at least `periodMs` ahead. Late
 * entries are put in their place in time; those outside the window, and a single one far ahead, are ignored. Memory is bounded: at
 * CAPACITY entries, neighbours are merged and leave together, at the later one's time.
 */
export function createTimeRollingMean(periodMs: number, from?: SavedState): Mean {
  const input = from?.input
  let times = input ? input.f64s() : new Float64Array(64)
  let sums = input ? input.f64s(times.length) : new Float64Array(64)
  let counts = input ? input.f64s(times.length) : new Float64Array(64)
  let start = input ? input.u32() : 0
  let end = input ? input.u32() : 0
  const clock = createEventClock(input)
  // In an array, as variables of a closure would be allocated anew with every change.
  const total = input ? Float64Array.of(input.f64(), input.f64()) : new Float64Array(2)
  /** Evictions until the sum is taken anew, so that it cannot drift. */
  let untilRefresh = input ? input.u32() : CAPACITY
  /** Numbers of the entries, NaN where they have none or several were merged. */
  let seqs =
    from?.version === 2 ? from.input.f64s(times.length) : new Float64Array(times.length).fill(Number.NaN)

  function evict(): void {
    const limit = clock.now() - periodMs
    while (start < end && times[start] <= limit) {
      total[SUM] -= sums[start]
      total[N] -= counts[start]
      start += 1
      untilRefresh -= 1
    }
    if (untilRefresh <= 0 || total[N] === 0) refresh()
  }

  function refresh(): void {
    total[SUM] = 0
    for (let i = start; i < end; i++) total[SUM] += sums[i]
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
        seqs = doubled(seqs)
      }
    }
    times.copyWithin(0, start, end)
    sums.copyWithin(0, start, end)
    counts.copyWithin(0, start, end)
    seqs.copyWithin(0, start, end)
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
      seqs[to] = last === i ? seqs[i] : Number.NaN
      to += 1
    }
    end = to
  }

  function add(value: number, timeMs: number, seq = Number.NaN): void {
    if (!clock.advance(timeMs) || timeMs <= clock.now() - periodMs) return
    if (timeMs === clock.now()) evict()
    if (end === times.length) makeRoom()
    let at = end
    while (at > start && times[at - 1] > timeMs) at -= 1
    if (at < end) {
      times.copyWithin(at + 1, at, end)
      sums.copyWithin(at + 1, at, end)
      counts.copyWithin(at + 1, at, end)
      seqs.copyWithin(at + 1, at, end)
    }
    times[at] = timeMs
    sums[at] = value
    counts[at] = 1
    seqs[at] = seq
    end += 1
    total[SUM] += value
    total[N] += 1
  }

  function remove(at: number): void {
    times.copyWithin(at, at + 1, end)
    sums.copyWithin(at, at + 1, end)
    counts.copyWithin(at, at + 1, end)
    seqs.copyWithin(at, at + 1, end)
    end -= 1
    total[N] -= 1
    refresh()
  }

  return {
    n: () => total[N],
    get: () => (total[N] > 0 ? total[SUM] / total[N] : 0),
    add,
    pass(timeMs) {
      if (clock.advance(timeMs) && timeMs === clock.now()) evict()
    },
    replace(before, after, timeMs, seq) {
      if (before - before === 0) {
        const at = seqs.indexOf(seq, start)
        if (at < 0 || at >= end) return
        remove(at)
      }
      if (after - after === 0) add(after, timeMs, seq)
    },
    interval(finish) {
      const cells = new Float64Array(2 * BLOCKS)
      const entries = end - start
      for (let i = 0; i < entries; i++) {
        const block = 2 * Math.floor((i * BLOCKS) / entries)
        cells[block] += counts[start + i]
        cells[block + 1] += sums[start + i]
      }
      return entries < 2 * BLOCKS ? null : blockBootstrap(cells, 2, totals => finish(totals[1] / totals[0]))
    },
    save(out) {
      out.f64s(times)
      out.f64s(sums)
      out.f64s(counts)
      out.u32(start)
      out.u32(end)
      clock.save(out)
      out.f64(total[SUM])
      out.f64(total[N])
      out.u32(Math.max(0, untilRefresh))
      out.f64s(seqs)
    },
  }
}

function doubled(values: Float64Array): Float64Array {
  const larger = new Float64Array(2 * values.length)
  larger.set(values)
  return larger
}
