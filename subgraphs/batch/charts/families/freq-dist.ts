import type { ChartFamily } from '../chart-family.ts'
import type { FreqDistData } from '../data/text-data.ts'
import { textsOfRun } from '../input/texts-of-run.ts'
import { wordCounts } from '../input/word-counts.ts'
import { tellingWords } from '../input/words-of.ts'
import { rankedBars } from '../vega/ranked-bars.ts'

export const freqDist: ChartFamily<FreqDistData> = {
  compute({ run, options }) {
    const { texts, sampled } = textsOfRun(run)
    const counts = wordCounts(texts.map(({ text }) => tellingWords(text))).slice(0, options.number('top'))
    return {
      data: {
        __typename: 'FreqDistData',
        tokens: counts.map(([word]) => word),
        counts: counts.map(([, count]) => count),
      },
      sampled,
    }
  },

  vega: ({ tokens, counts }) =>
    rankedBars({ names: tokens, values: counts, nameTitle: 'word', valueTitle: 'occurrences' }),
}
