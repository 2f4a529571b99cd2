import type { StateWriter } from '../state/writer.ts'
import type { ClusterProfile, Segment, StructureReport } from './cluster-report.ts'

/**
 * What every online learner sees: a row of numbers. A numeric column holds its value, NaN when missing; a nominal
 * column holds a small non-negative integer code, -1 when missing or never seen.
 */
export interface Column {
  name: string
  kind: 'numeric' | 'nominal'
  /** 'group': constant over the events of one group (a session), so it counts once per group. Default 'event'. */
  scope?: 'event' | 'group'
  /** Tells the time, so that its distribution changes by itself: no sign of drift. */
  clock?: boolean
}

export type Row = Float64Array

export interface Learner {
  /** Registry name, such as `weighted-naive-bayes`. */
  readonly name: string
  readonly parameters: Readonly<Record<string, number | string | boolean>>
  /** Number of learned examples. */
  readonly updates: number
  /** Bytes of numeric state. */
  sizeBytes(): number
  /** Writes the name, then the state; `loadLearner` reads both. */
  save(out: StateWriter): void
}

export interface BinaryClassifier extends Learner {
  readonly task: 'classification'
  /** Probability of class 1. Pure: never changes the model. */
  predict(row: Row): number
  learn(row: Row, label: 0 | 1, weight?: number): void
  /**
   * Takes back what `learn(row, label, weight)` counted, where counts allow; what was optimised stays. Learners without it
   * learn the corrected label in addition.
   */
  unlearn?(row: Row, label: 0 | 1, weight?: number): void
  /**
   * Fills `out[i]` with what column i contributed to the log-odds of `predict(row)`, and returns the rest (the base):
   * base + sum of `out` is ln(p / (1 - p)) within 1e-9. Absent where a learner is not additive.
   */
  explain?(row: Row, out: Float64Array): number
}

/** Any number of classes, numbered 0, 1, … by the caller. */
export interface Classifier extends Learner {
  readonly task: 'classification'
  /** Fills `out[c]` with the probability of class c for every class seen; all zero before the first. Pure. */
  predictClasses(row: Row, out: Float64Array): void
  learnClass(row: Row, label: number, weight?: number): void
}

export interface Regressor extends Learner {
  readonly task: 'regression'
  predict(row: Row): number
  learn(row: Row, target: number, weight?: number): void
  /** As for classifiers, with base + sum of `out` = `predict(row)`, in the target's unit. */
  explain?(row: Row, out: Float64Array): number
}

export interface Assignment {
  /** Stable id of the cluster, aligned over time. */
  cluster: number
  /** Posterior probability of that cluster, 0..1. */
  confidence: number
  /** Events of the group so far, this one included. */
  groupEvents: number
  /** Distance of the group's running profile to each active cluster's centre; `own` is the index of the assigned one. */
  distances: Float64Array
  own: number
}

/** Clusters the running groups (sessions) that events belong to. */
export interface GroupClusterer extends Learner {
  readonly task: 'clustering'
  /** Clusters in use now, and the candidates (components) behind them. */
  readonly clusters: number
  readonly microClusters: number
  /** The assignment of `group` if this event is added to it. Pure. */
  assign(group: string, row: Row, timeMs: number): Assignment
  /** Adds the event to its group and learns. `timeMs` is event time and also closes idle groups. */
  learn(group: string, row: Row, timeMs: number): void
  /** Notes whose group it is (a customer's), after `learn`; the first owner of a group counts. */
  claim?(group: string, owner: string): void
  /** The cluster of an owner by all its groups, null for one that is not known. Pure. */
  segment?(owner: string): Segment | null
  /** Whether there is anything to find; absent where a learner cannot tell. */
  structure?(): StructureReport
  /** What the clusters in use are like; absent where a learner does not remember. */
  profiles?(): ClusterProfile[]
}

export type AnyLearner = BinaryClassifier | Regressor | GroupClusterer
