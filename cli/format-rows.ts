const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t' }
/** What a terminal shows of a value; longer ones are cut. */
const WIDEST = 48
/** Types whose values stand to the right. */
const NUMBERS = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL.*)$/

/**
 * Rows as a table for people: a line of names, a rule, a line a row. Columns are as wide as their widest value here, numbers stand to the
 * right. Control characters are shown as what they are, since a value may be anybody's.
 */
export function formatRows(
  columns: readonly { name: string; type: string }[],
  rows: readonly (readonly unknown[])[],
): string {
  const cells = rows.map(row => columns.map((_, i) => shown(row[i])))
  const names = columns.map(({ name }) => printable(name))
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map(row => (row[i] as string).length)))
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => {
        const width = widths[i] as number
        return NUMBERS.test(columns[i]?.type ?? '') ? text.padStart(width) : text.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [line(names), widths.map(width => '─'.repeat(width)).join('  '), ...cells.map(line)]
    .map(text => `${text}\n`)
    .join('')
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = printable(typeof value === 'object' ? JSON.stringify(value) : String(value))
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text
}

/** Terminals obey control characters. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, character => {
    const short = SHORT[character]
    return short ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}
