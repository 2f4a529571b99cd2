import type { StateReader } from '../state/reader.ts'
import type { Mean } from './mean.ts'

/** Mean of the last `size` numbers. The running sum is taken anew once per `size` numbers, so that it cannot drift. */
export function createRollingMean(size: number, input?: StateReader): Mean {
  const ring = input ? input.f64s(size) : new Float64Array(size)
  let n = input ? input.u32() : 0
  let next = input ? input.u32() : 0
  let sum = input ? input.f64() : 0
  return {
    n: () => n,
    get: () => (n > 0 ? sum / n : 0),
    add(value) {
      if (n === size) sum -= ring[next]
      else n += 1
      ring[next] = value
      sum += value
      next += 1
      if (next < size) return
      next = 0
      sum = 0
      for (let i = 0; i < size; i++) sum += ring[i]
    },
    save(out) {
      out.f64s(ring)
      out.u32(n)
      out.u32(next)
      out.f64(sum)
    },
  }
}
