/** A type as DuckDB names it, taken apart. Only what is here is ever written into SQL again. */
export type TypeTree =
  | { kind: 'plain'; name: string }
  /** Its values are text. */
  | { kind: 'enum' }
  | { kind: 'list'; of: TypeTree; length: number | null }
  | { kind: 'struct' | 'union'; members: readonly { name: string; type: TypeTree }[] }
  | { kind: 'map'; key: TypeTree; value: TypeTree }

/** Quoted names and texts, whose quotes are doubled within; words; numbers; and what stands between them. */
const TOKEN = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[A-Za-z_]\w*|\d+|, |[()[\], ]/g

const PLAIN = new Set(
  `BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT BIGNUM FLOAT DOUBLE VARCHAR BLOB BIT
  DATE TIME TIME_NS TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TIMESTAMPTZ TIMETZ INTERVAL UUID JSON`.split(
    /\s+/,
  ),
)
const ZONED = new Set(['TIME', 'TIMESTAMP'])
const DEEPEST = 100

/** Takes a type's text apart; null for one that can't be put together again to the letter, or that this does not know. */
export function readType(text: string): TypeTree | null {
  const tokens: string[] = text.match(TOKEN) ?? []
  // Whatever is no token was left out. A NUL ends a statement early.
  if (tokens.join('') !== text || text.includes('\0')) return null
  let next = 0
  const take = (...wanted: readonly string[]): boolean => {
    if (wanted.some((token, index) => tokens[next + index] !== token)) return false
    next += wanted.length
    return true
  }
  const number = (): number | null => {
    const token = tokens[next]
    if (token === undefined || !/^\d{1,9}$/.test(token)) return null
    next += 1
    return Number(token)
  }

  const type = (depth: number): TypeTree | null => {
    let found = depth > DEEPEST ? null : base(depth)
    while (found !== null && take('[')) {
      const length = number()
      found = take(']') ? { kind: 'list', of: found, length } : null
    }
    return found
  }

  const base = (depth: number): TypeTree | null => {
    if (take('STRUCT', '(')) return members('struct', depth)
    if (take('UNION', '(')) return members('union', depth)
    if (take('ENUM', '(')) return labels()
    if (take('MAP', '(')) {
      const key = type(depth + 1)
      const value = key !== null && take(', ') ? type(depth + 1) : null
      return key !== null && value !== null && take(')') ? { kind: 'map', key, value } : null
    }
    if (take('DECIMAL', '(')) {
      const width = number()
      const scale = take(',') ? number() : null
      return width !== null && scale !== null && take(')')
        ? { kind: 'plain', name: `DECIMAL(${width},${scale})` }
        : null
    }
    const name = tokens[next++] ?? ''
    if (!PLAIN.has(name)) return null
    const zoned = ZONED.has(name) && take(' ', 'WITH', ' ', 'TIME', ' ', 'ZONE')
    return { kind: 'plain', name: zoned ? `${name} WITH TIME ZONE` : name }
  }

  const members = (kind: 'struct' | 'union', depth: number): TypeTree | null => {
    const found: { name: string; type: TypeTree }[] = []
    do {
      const name = memberName(tokens[next++] ?? '')
      const inner = name !== null && take(' ') ? type(depth + 1) : null
      if (name === null || inner === null) return null
      found.push({ name, type: inner })
    } while (take(', '))
    return take(')') ? { kind, members: found } : null
  }

  const labels = (): TypeTree | null => {
    do if (!tokens[next++]?.startsWith("'")) return null
    while (take(', '))
    return take(')') ? { kind: 'enum' } : null
  }

  const tree = type(0)
  return tree !== null && next === tokens.length ? tree : null
}

/** Members of unnamed structs are called nothing, which is no name. */
function memberName(token: string): string | null {
  if (/^\w/.test(token)) return /^\d/.test(token) ? null : token
  return token.startsWith('"') && token.length > 2 ? token.slice(1, -1).replaceAll('""', '"') : null
}
