import { blockBootstrap } from './block-bootstrap.ts'
import type { Mean } from './mean.ts'
import type { SavedState } from './saved-state.ts'

/** Blocks that a window is cut into for its interval. */
const BLOCKS = 32

/** Mean of the last `size` numbers. The running sum is taken anew once per `size` numbers, so that it cannot drift. */
export function createRollingMean(size: number, from?: SavedState): Mean {
  const input = from?.input
  const ring = input ? input.f64s(size) : new Float64Array(size)
  let n = input ? input.u32() : 0
  let next = input ? input.u32() : 0
  // In an array, as a variable of a closure would be allocated anew with every change.
  const sum = Float64Array.of(input ? input.f64() : 0)
  const seqs = from?.version === 2 ? from.input.f64s(size) : new Float64Array(size).fill(Number.NaN)

  function refresh(): void {
    sum[0] = 0
    for (let i = 0; i < n; i++) sum[0] += ring[i]
  }

  function add(value: number, seq: number): void {
    if (n === size) sum[0] -= ring[next]
    else n += 1
    ring[next] = value
    seqs[next] = seq
    sum[0] += value
    next += 1
    if (next < size) return
    next = 0
    refresh()
  }

  /** Takes one entry out; the later ones move up. */
  function remove(at: number): void {
    const first = n === size ? next : 0
    const order = Array.from({ length: n }, (_, i) => (first + i) % size).filter(index => index !== at)
    const values = Float64Array.from(order, index => ring[index])
    const numbers = Float64Array.from(order, index => seqs[index])
    ring.fill(0)
    ring.set(values)
    seqs.fill(Number.NaN)
    seqs.set(numbers)
    n -= 1
    next = n
  }

  return {
    n: () => n,
    get: () => (n > 0 ? sum[0] / n : 0),
    add: (value, _, seq = Number.NaN) => add(value, seq),
    replace(_, after, _timeMs, seq) {
      // NaN, the number of those that have none, is found nowhere; what was not counted has no place in the order either.
      const at = seqs.indexOf(seq)
      if (at < 0 || at >= n) return
      if (after - after === 0) ring[at] = after
      else remove(at)
      refresh()
    },
    interval(finish) {
      const cells = new Float64Array(2 * BLOCKS)
      const first = n === size ? next : 0
      for (let i = 0; i < n; i++) {
        const block = 2 * Math.floor((i * BLOCKS) / n)
        cells[block] += 1
        cells[block + 1] += ring[(first + i) % size]
      }
      return n < 2 * BLOCKS ? null : blockBootstrap(cells, 2, totals => finish(totals[1] / totals[0]))
    },
    save(out) {
      out.f64s(ring)
      out.u32(n)
      out.u32(next)
      out.f64(sum[0])
      out.f64s(seqs)
    },
  }
}
