/** A sum whose error does not grow with the number of terms (Neumaier 1974). */
export interface Sum {
  add(value: number): void
  value(): number
}

export function createSum(): Sum {
  let total = 0
  let lost = 0
  return {
    add(value) {
      const next = total + value
      lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
      total = next
    },
    value: () => total + lost,
  }
}
