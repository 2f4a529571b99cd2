/** English words that carry no meaning of their own. */
const EMPTY_WORDS = new Set(
  (
    'a about after all also an and any are as at be been but by can could did do does for from had has have he her his how i if in into is it its ' +
    'just me more most my no not of on or our out over she so some such than that the their them then there these they this to too under up us ' +
    'very was we were what when where which who why will with would you your'
  ).split(' '),
)

/** The words of a text in small letters, in their order. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []
}

/** The same without those that carry no meaning, such as "of". */
export function tellingWords(text: string): string[] {
  return wordsOf(text).filter(word => word.length > 1 && !EMPTY_WORDS.has(word))
}
