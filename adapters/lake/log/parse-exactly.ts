/** Numbers that a double can't hold are this long at least. */
const LONG_NUMBER = /\d{16}|\d\.\d{14}|\d{8,}\.\d{7}/

/** `JSON.parse`, except that numbers whose digits would be lost come as the text that they were. */
export const parseExactly = (text: string): unknown => {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text)
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && isLossy(value, source) ? source : value,
  )
}

const isLossy = (value: number, source: string): boolean =>
  /^-?\d+$/.test(source) ? !Number.isSafeInteger(value) : String(value) !== source

/** The library's types do not know the third argument yet. */
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown
