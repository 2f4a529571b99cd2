/** What merging needs to know of a type; values are as `SqlRun.rows` gives them, and never null. */
export interface ValueType {
  /** As DuckDB's default collation and order have it. */
  compare(a: unknown, b: unknown): number
  /** Null for what is not summed. */
  sum: Summation | null
}

/** Sums of values, exact where the type is. */
interface Summation {
  read(value: unknown): unknown
  add(a: unknown, b: unknown): unknown
  write(sum: unknown): unknown
  toNumber(sum: unknown): number
}

/** By DuckDB's name of the type; null for one whose values are not compared here. */
export function valueType(name: string): ValueType | null {
  if (/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/.test(name)) return scaled(0)
  if (name === 'DOUBLE' || name === 'FLOAT') return FLOATING
  const decimal = /^DECIMAL\(\d+, ?(\d+)\)$/.exec(name)
  if (decimal) return scaled(Number(decimal[1]))
  if (name === 'VARCHAR' || name === 'UUID') return { compare: compareText, sum: null }
  if (name === 'BOOLEAN') return { compare: (a, b) => Number(a) - Number(b), sum: null }
  if (name === 'DATE' || name === 'TIMESTAMP' || name === 'TIMESTAMP WITH TIME ZONE') {
    return { compare: compareInstants, sum: null }
  }
  return null
}

/** Whole numbers and decimals, as integers of the last digit. */
function scaled(scale: number): ValueType {
  const read = (value: unknown): bigint => {
    const [whole = '0', fraction = ''] = String(value).split('.')
    return BigInt(whole + fraction.padEnd(scale, '0'))
  }
  const write = (sum: unknown): unknown => {
    if (scale === 0) return Number.isSafeInteger(Number(sum)) ? Number(sum) : String(sum)
    const digits = String(sum)
      .replace('-', '')
      .padStart(scale + 1, '0')
    return `${(sum as bigint) < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  }
  return {
    compare(a, b) {
      if (typeof a === 'number' && typeof b === 'number') return a - b
      const [x, y] = [read(a), read(b)]
      return x < y ? -1 : x > y ? 1 : 0
    },
    sum: {
      read,
      add: (a, b) => (a as bigint) + (b as bigint),
      write,
      toNumber: sum => Number(write(sum)),
    },
  }
}

/** A sum and what rounding took from it: Neumaier, ZAMM 54 (1974). */
type Compensated = readonly [sum: number, lost: number]

const FLOATING: ValueType = {
  compare(a, b) {
    const [x, y] = [Number(a), Number(b)]
    // NaN is equal to itself and above everything.
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
    return x < y ? -1 : x > y ? 1 : 0
  },
  sum: {
    read: value => [Number(value), 0] satisfies Compensated,
    add(a, b) {
      const [[x, lostX], [y, lostY]] = [a as Compensated, b as Compensated]
      const sum = x + y
      if (!Number.isFinite(sum)) return [sum, 0] satisfies Compensated
      const lost = Math.abs(x) >= Math.abs(y) ? x - sum + y : y - sum + x
      return [sum, lostX + lostY + lost] satisfies Compensated
    },
    write(sum) {
      const value = total(sum)
      return Number.isFinite(value) ? value : String(value)
    },
    toNumber: total,
  },
}

function total(sum: unknown): number {
  const [value, lost] = sum as Compensated
  return value + lost
}

/** By the bytes of UTF-8, which is the order of code points. */
function compareText(a: unknown, b: unknown): number {
  const [x, y] = [a as string, b as string]
  const length = Math.min(x.length, y.length)
  for (let at = 0; at < length; at++) {
    const [u, v] = [x.charCodeAt(at), y.charCodeAt(at)]
    if (u !== v) return rank(u) - rank(v)
  }
  return x.length - y.length
}

/** Of a UTF-16 code unit: surrogates stand for code points above all others. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** ISO 8601 text with any number of digits of a second. */
function compareInstants(a: unknown, b: unknown): number {
  const [x, y] = [sortable(a as string), sortable(b as string)]
  return x < y ? -1 : x > y ? 1 : 0
}

function sortable(text: string): string {
  if (text.startsWith('infinity')) return '\u{7f}'
  if (text.startsWith('-infinity')) return ''
  return text
    .replace(/Z$/, '')
    .replace(/\.?(\d*)$/, (whole, digits: string) =>
      whole.startsWith('.') ? `.${digits.padEnd(9, '0')}` : whole,
    )
}
