/** Unix milliseconds with fractions: processes of one machine agree on them, and corrections of the clock do not show. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now()
}
