/** The values at these positions, as numbers that JSON can carry: -0 as 0. */
export const pick = (values: ArrayLike<number>, positions: Uint32Array): number[] =>
  Array.from(positions, position => values[position] + 0)
