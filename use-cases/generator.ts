import type { Faker } from '@faker-js/faker'
import type { DriftKnob } from './drift.ts'
import type { LabelRecord } from './label-record.ts'
import type { Random } from './random.ts'

/** `parity` reproduces the reference system in distribution; `realistic` repairs what makes its streams unlearnable. */
export type Mode = 'parity' | 'realistic'

export const modes = ['parity', 'realistic'] as const satisfies readonly Mode[]

/** The part of Faker that generators use: any `Faker` fits, and so does a light stand-in. */
export interface FakeText {
  internet: Pick<Faker['internet'], 'userAgent' | 'ipv4'>
  word: Pick<Faker['word'], 'noun'>
}

export interface GeneratorSettings<O = Readonly<Record<string, unknown>>> {
  mode: Mode
  options: O
  random: Random
  faker: FakeText
  /** Unix milliseconds at which virtual time starts. */
  startMs: number
  /** Mean events per second of virtual time. Default: the pace of the reference system. */
  rate?: number
  /** Divides every label delay: 1 gives seconds, .001 hours. Default 1. */
  labelSpeed?: number
}

/** Who really produced a finished group of events; read by benches only. */
export interface TruthRecord {
  session_id: string
  customer_id: string
  persona: string
  events: number
  start_time: string
  end_time: string
}

export type JsonEvent = Record<string, unknown>

/** One record to send. `timeMs` is virtual time and never decreases; `key` is null where partitions go round-robin. */
export type Item<E = JsonEvent> =
  | { kind: 'event'; timeMs: number; key: string | null; record: E }
  | { kind: 'label'; timeMs: number; key: string | null; record: LabelRecord }
  | { kind: 'truth'; timeMs: number; key: string | null; record: TruthRecord }

/** An endless stream of records in virtual-time order: pull it as fast as wanted. */
export interface EventGenerator<E = JsonEvent> {
  next(): Item<E>
  /** Starts a drift; the knob's times count in seconds from the virtual now. */
  drift(knob: DriftKnob): void
  /** Changes the mean rate, in events per second of virtual time, from now on. */
  setRate(rate: number): void
  /** Takes out the labels that still wait, in order: what is owed when a stream is given up. */
  drain(): Item<E>[]
  /** Running figures about the stream, such as `events`, `frauds`, `activeSessions`. */
  counters(): Readonly<Record<string, number>>
}
