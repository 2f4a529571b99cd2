import type { ChartFamily } from '../chart-family.ts'
import type { DispersionData } from '../data/text-data.ts'
import { chosenWords } from '../input/chosen-words.ts'
import { textsOfRun } from '../input/texts-of-run.ts'
import { wordsOf } from '../input/words-of.ts'
import { named, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

const WORDS = 8
const MOST_WORDS = 20
/** Ticks of a word: more of them than pixels show nothing more. */
const MOST_TICKS = 150

export const dispersion: ChartFamily<DispersionData> = {
  compute(input) {
    const { texts, sampled } = textsOfRun(input.run)
    const chosen = chosenWords(input, { words: WORDS, most: MOST_WORDS })
    const places = new Map(chosen.map(word => [word, { docIndex: [] as number[], offset: [] as number[] }]))
    let before = 0
    texts.forEach(({ text }, document) => {
      for (const word of wordsOf(text)) {
        const place = places.get(word)
        place?.docIndex.push(document)
        place?.offset.push(before)
        before++
      }
    })
    return {
      data: {
        __typename: 'DispersionData',
        words: [...places].map(([word, place]) => ({ word, ...place })),
        tokens: before,
      },
      sampled,
    }
  },

  vega: ({ words, tokens }) => ({
    width: 520,
    height: { step: 24 },
    data: {
      values: words.flatMap(({ word, offset, docIndex }) =>
        offset
          .map((at, i) => ({ word, offset: at, text: docIndex[i] }))
          .filter((_, i) => i % Math.ceil(offset.length / MOST_TICKS) === 0),
      ),
    },
    mark: { type: 'tick', color: palette.main, opacity: 0.6, tooltip: true },
    encoding: {
      x: quantitative('offset', 'words from the first text on', {
        scale: { domain: [0, Math.max(1, tokens)] },
      }),
      y: named('word', null, { scale: { domain: words.map(({ word }) => word) } }),
    },
  }),
}
