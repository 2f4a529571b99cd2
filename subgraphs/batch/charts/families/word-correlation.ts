import { correlationMatrix } from '#learn/batch/statistics/correlation.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { WordCorrelationData } from '../data/text-data.ts'
import { chosenWords } from '../input/chosen-words.ts'
import { textsOfRun } from '../input/texts-of-run.ts'
import { wordsOf } from '../input/words-of.ts'
import { heatMap } from '../vega/heat-map.ts'

const WORDS = 10
const MOST_WORDS = 30

export const wordCorrelation: ChartFamily<WordCorrelationData> = {
  compute(input) {
    const { texts, sampled } = textsOfRun(input.run)
    const words = chosenWords(input, { words: WORDS, most: MOST_WORDS })
    const held = texts.map(({ text }) => new Set(wordsOf(text)))
    // Phi is Pearson's correlation of two indicators.
    const matrix = correlationMatrix(
      words.map(word => Float64Array.from(held, set => (set.has(word) ? 1 : 0))),
    )
    return { data: { __typename: 'WordCorrelationData', words, matrix }, sampled }
  },

  vega: ({ words, matrix }) =>
    heatMap({
      rows: words,
      columns: words,
      values: matrix,
      rowTitle: null,
      columnTitle: null,
      valueTitle: 'phi',
      isSigned: true,
      format: '.2f',
    }),
}
