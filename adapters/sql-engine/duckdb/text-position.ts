/** A type, so that it is assignable to the details of an error. */
export type TextPosition = {
  /** In UTF-16 units, from 1. */
  position: number
  line: number
  column: number
}

/** Where an offset in a statement's UTF-8 bytes, as DuckDB's binder counts, is for people and editors. */
export const textPosition = (statement: string, byteOffset: number): TextPosition =>
  after(Buffer.from(statement).subarray(0, byteOffset).toString())

/** The same for an offset in code points, as DuckDB's parser counts. */
export const parserPosition = (statement: string, codePoints: number): TextPosition =>
  after([...statement].slice(0, codePoints).join(''))

function after(before: string): TextPosition {
  const lineStart = before.lastIndexOf('\n') + 1
  return {
    position: before.length + 1,
    line: before.split('\n').length,
    column: before.length - lineStart + 1,
  }
}
