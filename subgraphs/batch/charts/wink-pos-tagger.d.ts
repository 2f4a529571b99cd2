// The package has no types of its own.
declare module 'wink-pos-tagger' {
  interface Token {
    readonly value: string
    readonly pos: string
  }
  export default function createTagger(): { tagSentence(sentence: string): Token[] }
}
