/** A number that summarises the values seen so far, or the last ones. */
export interface Statistic {
  readonly value: number
  update(x: number): void
}
