/** What an event's field may hold; an object stands for its JSON text. */
export type GuardValue = number | string | boolean | object | null | undefined

/** A column that a model is to see, or might. */
export interface GuardColumn {
  readonly name: string
  readonly kind: 'numeric' | 'nominal'
  /** 'later': known only after the event. Default 'event'. */
  readonly availability?: 'event' | 'later'
  /** Tells the time of the event, which is known: in a sample it would only betray the neighbours in time. */
  readonly clock?: boolean
  /** One for each event; null or undefined where missing. */
  readonly values: readonly GuardValue[]
}

export type GuardCode =
  /** Declared to be known only after the event. */
  | 'LATER_FIELD'
  /** Names the event instead of describing it. */
  | 'ID_LIKE'
  /** The minute or the second of the event's own time. */
  | 'CLOCK_FRACTION'
  /** A time that lies after the event. */
  | 'AFTER_EVENT'
  /** Tells the target too well to be honest. */
  | 'LEAK'

export interface GuardFinding {
  readonly code: GuardCode
  /** The columns concerned: of a leak, up to four that give the target away together. */
  readonly fields: readonly string[]
  /** What `value` measures, and the limit that it passes. */
  readonly statistic: string
  readonly value: number
  readonly limit: number
  readonly message: string
  /** Whether all its fields were acknowledged: then it is told, but refuses nothing. */
  readonly acknowledged: boolean
}

/** As text, for comparing categories; null where missing. */
export function categoryOf(value: GuardValue): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
