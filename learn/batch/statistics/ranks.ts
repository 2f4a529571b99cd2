import { argsort } from './argsort.ts'

/** Ranks from 1, ties share the mean of theirs; `order` saves sorting where the caller has it. */
export function ranks(values: ArrayLike<number>, order: Uint32Array = argsort(values)): Float64Array {
  const size = values.length
  const result = new Float64Array(size)
  for (let start = 0; start < size; ) {
    let end = start + 1
    while (end < size && values[order[end]] === values[order[start]]) end++
    const rank = (start + end + 1) / 2
    for (let i = start; i < end; i++) result[order[i]] = rank
    start = end
  }
  return result
}
