import type { JsonEvent } from '../generator.ts'

/** Milliseconds of event time; 'forever': everything since the entity was first seen. */
export type WindowLength = number | 'forever'

interface Common<K extends string> {
  /** Name of the column; distinct from those of the features. */
  readonly name: string
  readonly description: string
  /** Event field whose value is the entity: a user, a merchant, a customer. */
  readonly key: K
}

interface Measured<K extends string> extends Common<K> {
  readonly windowMs: WindowLength
}

/** Events (that satisfy `where`). */
export interface CountWindow<E = JsonEvent, K extends string = string> extends Measured<K> {
  readonly kind: 'count'
  where?(event: E): boolean
}

/** Sum, or mean, of a value over the events (that satisfy `where`); events without the value are left out. */
export interface ValueWindow<E = JsonEvent, K extends string = string> extends Measured<K> {
  readonly kind: 'sum' | 'mean'
  of(event: E, timeMs: number): number | null
  where?(event: E): boolean
}

/** Share of the events that satisfy `where`. */
export interface ShareWindow<E = JsonEvent, K extends string = string> extends Measured<K> {
  readonly kind: 'share'
  where(event: E): boolean
}

/** Distinct values: exact up to `DISTINCT_BOUND` of them, an estimate beyond. Null is no value. */
export interface DistinctWindow<E = JsonEvent, K extends string = string> extends Measured<K> {
  readonly kind: 'distinct'
  of(event: E, timeMs: number): string | number | null
}

/** The most frequent of a few values, the smallest of equally frequent ones. Null is no value. */
export interface ModeWindow<E = JsonEvent, K extends string = string> extends Measured<K> {
  readonly kind: 'mode'
  readonly windowMs: 'forever'
  of(event: E, timeMs: number): number | null
}

/** Seconds since the last event (that satisfies `where`); missing where that is longer ago than the window. */
export interface SinceLastWindow<E = JsonEvent, K extends string = string> extends Measured<K> {
  readonly kind: 'sinceLast'
  where?(event: E): boolean
}

/** One window of the same key divided by another, both by name; missing where the divisor is 0 or missing. */
export interface RatioWindow<K extends string = string> extends Common<K> {
  readonly kind: 'ratio'
  readonly numerator: string
  readonly denominator: string
}

/** A value of the event itself divided by a window of the same key; missing where the divisor is 0 or missing. */
export interface RelativeWindow<E = JsonEvent, K extends string = string> extends Common<K> {
  readonly kind: 'relative'
  of(event: E, timeMs: number): number | null
  /** Name of the window. */
  readonly to: string
}

/**
 * A numeric column about an entity's recent events, as of just before the event at hand. Its functions are pure and read
 * only what is known when an event happens; `timeMs` is its time in Unix milliseconds. Counts, sums and distinct counts of an entity never seen are 0, all else is
 * missing.
 */
export type EntityWindow<E = JsonEvent, K extends string = string> =
  | CountWindow<E, K>
  | ValueWindow<E, K>
  | ShareWindow<E, K>
  | DistinctWindow<E, K>
  | ModeWindow<E, K>
  | SinceLastWindow<E, K>
  | RatioWindow<K>
  | RelativeWindow<E, K>
