import type { ChartFamily } from '../chart-family.ts'
import type { PosTagData } from '../data/text-data.ts'
import { textsOfRun } from '../input/texts-of-run.ts'
import { wordCounts } from '../input/word-counts.ts'
import { rankedBars } from '../vega/ranked-bars.ts'

/** Tags of the Penn Treebank (Marcus et al. 1993). */
const TITLES: Readonly<Record<string, string>> = {
  CC: 'conjunction',
  CD: 'number',
  DT: 'determiner',
  EX: 'existential there',
  FW: 'foreign word',
  IN: 'preposition',
  JJ: 'adjective',
  JJR: 'adjective, comparative',
  JJS: 'adjective, superlative',
  MD: 'modal verb',
  NN: 'noun',
  NNS: 'noun, plural',
  NNP: 'name',
  NNPS: 'name, plural',
  PDT: 'predeterminer',
  POS: 'possessive ending',
  PRP: 'pronoun',
  PRP$: 'pronoun, possessive',
  RB: 'adverb',
  RBR: 'adverb, comparative',
  RBS: 'adverb, superlative',
  RP: 'particle',
  TO: 'to',
  UH: 'interjection',
  VB: 'verb',
  VBD: 'verb, past tense',
  VBG: 'verb, -ing form',
  VBN: 'verb, past participle',
  VBP: 'verb, present tense',
  VBZ: 'verb, third person',
  WDT: 'wh-determiner',
  WP: 'wh-pronoun',
  WP$: 'wh-pronoun, possessive',
  WRB: 'wh-adverb',
}

export const posTag: ChartFamily<PosTagData> = {
  async compute({ run }) {
    const { texts, sampled } = textsOfRun(run)
    const { default: createTagger } = await import('wink-pos-tagger')
    const tagger = createTagger()
    const counts = wordCounts(texts.map(({ text }) => tagger.tagSentence(text).map(({ pos }) => pos)))
    return {
      data: {
        __typename: 'PosTagData',
        tags: counts.map(([tag]) => tag),
        titles: counts.map(([tag]) => TITLES[tag] ?? 'other'),
        counts: counts.map(([, count]) => count),
      },
      sampled,
    }
  },

  vega: ({ tags, titles, counts }) =>
    rankedBars({
      names: tags.map((tag, i) => `${tag} (${titles[i]})`),
      values: counts,
      nameTitle: 'part of speech',
      valueTitle: 'words',
    }),
}
