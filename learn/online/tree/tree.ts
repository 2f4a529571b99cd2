import type { Column } from '../learner.ts'
import { createLeafPool, type LeafPool } from './leaf-pool.ts'
import { createNodePool, type NodePool } from './node-pool.ts'
import type { TreeSettings } from './tree-settings.ts'

/** Fills `out[0..k)` with k different numbers below n. */
export type Draw = (n: number, k: number, out: Int32Array) => void

/** A Hoeffding tree: what `learn-row.ts` changes and `predict-row.ts` reads. Rows hold NaN for missing in every column. */
export interface Tree {
  readonly settings: TreeSettings
  readonly columns: number
  /** 1 for nominal columns. */
  readonly nominal: Uint8Array
  /** Columns in order of their names, from which leaves draw theirs. */
  readonly byName: Int32Array
  readonly draw: Draw | null
  nodes: NodePool
  leaves: LeafPool
  /** 1 for classes seen. */
  known: Uint8Array
  totalWeight: number
  activeLeaves: number
  inactiveLeaves: number
  growing: boolean
  /** As measured last: bytes of an active and of an inactive leaf, and what the whole is to their sum. */
  activeBytes: number
  inactiveBytes: number
  overhead: number
  /** Whether the last row was led past a missing value or a new category. */
  detour: boolean
  /** By node that of the subtree that may take its place, -1 for none; null where trees grow no such subtrees. */
  alternates: number[] | null
  /** Votes by class, overwritten by every prediction. */
  votes: Float64Array
}

/** What trees over the same columns share. */
export interface TreeColumns {
  readonly count: number
  readonly nominal: Uint8Array
  readonly byName: Int32Array
}

export function treeColumns(columns: readonly Column[]): TreeColumns {
  const byName = columns.map((_, i) => i)
  byName.sort((a, b) => (columns[a].name < columns[b].name ? -1 : 1))
  return {
    count: columns.length,
    nominal: Uint8Array.from(columns, ({ kind }) => (kind === 'nominal' ? 1 : 0)),
    byName: Int32Array.from(byName),
  }
}

/** An empty tree; its leaves observe the columns that `draw` gives, all of them without it. */
export function createTree(columns: TreeColumns, settings: TreeSettings, draw: Draw | null = null): Tree {
  const slots = draw ? Math.min(settings.maxFeatures, columns.count) : columns.count
  return {
    settings,
    columns: columns.count,
    nominal: columns.nominal,
    byName: columns.byName,
    draw,
    nodes: createNodePool(),
    leaves: createLeafPool(columns.count, slots),
    known: new Uint8Array(2),
    totalWeight: 0,
    activeLeaves: 0,
    inactiveLeaves: 0,
    growing: true,
    activeBytes: 0,
    inactiveBytes: 0,
    overhead: 1,
    detour: false,
    alternates: null,
    votes: new Float64Array(2),
  }
}
