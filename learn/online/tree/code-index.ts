/** Numbers the codes of a nominal column 0, 1, … in order of first sight: a hash table with linear probing. */
export interface CodeIndex {
  count: number
  /** Codes in order of first sight; `count` of them are in use. */
  codes: Int32Array
  /** Position + 1 at the hash of its code; its length is a power of two, at most half of it in use. */
  table: Int32Array
}

export function createCodeIndex(): CodeIndex {
  return { count: 0, codes: new Int32Array(4), table: new Int32Array(8) }
}

/** An index of these codes in this order. */
export function codeIndexOf(codes: Int32Array): CodeIndex {
  const index = createCodeIndex()
  for (let i = 0; i < codes.length; i++) addCode(index, codes[i])
  return index
}

/** The position of a code, or -1. */
export function findCode({ table, codes }: CodeIndex, code: number): number {
  const mask = table.length - 1
  for (let at = Math.imul(code, 0x9e3779b1) >>> 0; ; at++) {
    const position = table[at & mask] - 1
    if (position < 0 || codes[position] === code) return position
  }
}

/** Adds a code that is not in the index yet; returns its position. */
export function addCode(index: CodeIndex, code: number): number {
  const position = index.count++
  if (position === index.codes.length) {
    const codes = new Int32Array(2 * position)
    codes.set(index.codes)
    index.codes = codes
    index.table = new Int32Array(4 * position)
    for (let i = 0; i < position; i++) place(index.table, codes[i], i)
  }
  index.codes[position] = code
  place(index.table, code, position)
  return position
}

export function codeIndexBytes({ codes, table }: CodeIndex): number {
  return codes.byteLength + table.byteLength
}

function place(table: Int32Array, code: number, position: number): void {
  const mask = table.length - 1
  let at = Math.imul(code, 0x9e3779b1) >>> 0
  while (table[at & mask] !== 0) at++
  table[at & mask] = position + 1
}
