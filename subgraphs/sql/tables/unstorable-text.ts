import type { Refusal } from './row-reading.ts'

// An escape counts when an even number of backslashes stands before it.
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/

/**
 * What is wrong with the text of a row that JSON could carry and UTF-8 cannot: half of a surrogate pair, which `JSON.stringify`
 * writes as an escape. Null if nothing is.
 */
export function unstorableText(json: string): Refusal | null {
  if (!json.includes('\\ud') || !LONE_SURROGATE.test(json)) return null
  return {
    ok: false,
    code: 'INVALID_TEXT',
    message: 'A text holds half of a surrogate pair, which UTF-8 cannot carry; well-formed Unicode wanted.',
  }
}
