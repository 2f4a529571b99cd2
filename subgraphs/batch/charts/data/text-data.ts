import type { EmbeddingParams } from './features-data.ts'
import type { Gap } from './gap.ts'

export interface FreqDistData {
  readonly __typename: 'FreqDistData'
  readonly tokens: readonly string[]
  readonly counts: readonly number[]
}

export interface TextEmbeddingData {
  readonly __typename: 'TextEmbeddingData'
  readonly method: string
  readonly params: EmbeddingParams
  readonly points: readonly {
    readonly x: number
    readonly y: number
    readonly cluster: number
    readonly text: string
  }[]
  readonly klDivergence: Gap
}

export interface DispersionData {
  readonly __typename: 'DispersionData'
  readonly words: readonly {
    readonly word: string
    /** Text that it occurs in, from 0. */
    readonly docIndex: readonly number[]
    /** Words before it from the beginning of the first text. */
    readonly offset: readonly number[]
  }[]
  readonly tokens: number
}

export interface WordCorrelationData {
  readonly __typename: 'WordCorrelationData'
  readonly words: readonly string[]
  readonly matrix: readonly (readonly Gap[])[]
}

export interface PosTagData {
  readonly __typename: 'PosTagData'
  readonly tags: readonly string[]
  /** What the tags mean. */
  readonly titles: readonly string[]
  readonly counts: readonly number[]
}
