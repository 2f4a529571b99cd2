/**
 * Winkler's score of an interval of a level: its width and, for what falls outside, 2 / (1 - level) times the distance.
 * Winkler 1972, "A decision-theoretic approach to interval estimation".
 */
export function winklerScore(low: number, high: number, value: number, level: number): number {
  const missed = value < low ? low - value : value > high ? value - high : 0
  return high - low + (2 / (1 - level)) * missed
}
