import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartInput } from '../chart-family.ts'
import { textsOfRun } from './texts-of-run.ts'
import { wordCounts } from './word-counts.ts'
import { tellingWords } from './words-of.ts'

interface Limits {
  /** How many unless the option names some. */
  words: number
  most: number
}

/**
 * Words that the option `words` names, in small letters, or else the most frequent ones.
 * @throws CodedError `BAD_USER_INPUT`, `CHART_DATA_MISSING`.
 */
export function chosenWords({ run, options }: ChartInput, { words, most }: Limits): string[] {
  const given = options.textsOrNull('words')
  if (given === null) {
    return wordCounts(textsOfRun(run).texts.map(({ text }) => tellingWords(text)))
      .slice(0, words)
      .map(([word]) => word)
  }
  const chosen = [...new Set(given.map(word => word.toLowerCase()))]
  if (chosen.length <= most) return chosen
  throw new CodedError(
    'BAD_USER_INPUT',
    `options.words: ${chosen.length} words given, at most ${most} wanted.`,
  )
}
