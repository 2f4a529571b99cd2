/** How many of `columns` a leaf draws: `sqrt`, `log2`, `all`, a share below 1 with a point, or a number; null for any other text. */
export function drawnColumns(text: string, columns: number): number | null {
  const wanted = wish(text, columns)
  return wanted === null ? null : Math.min(columns, Math.max(1, wanted))
}

function wish(text: string, columns: number): number | null {
  if (text === 'sqrt') return roundToEven(Math.sqrt(columns))
  if (text === 'log2') return roundToEven(Math.log2(columns))
  if (text === 'all') return columns
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number) || number <= 0) return null
  if (text.includes('.')) return number <= 1 ? Math.floor(number * columns) : null
  return Number.isInteger(number) ? number : null
}

/** As Python rounds. */
function roundToEven(x: number): number {
  const whole = Math.floor(x)
  const part = x - whole
  if (part !== 0.5) return Math.round(x)
  return whole % 2 === 0 ? whole : whole + 1
}
