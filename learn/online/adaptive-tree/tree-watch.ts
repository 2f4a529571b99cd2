import { codedError } from '../../coded-error.ts'
import { type Adwin, createAdwin, loadAdwin } from '../../drift/adwin.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** What watches every node of an adaptive tree, by node number: a detector, and the error since it last changed. */
export interface TreeWatch {
  readonly delta: number
  detectors: Adwin[]
  /** Rows counted, and the share of them that was predicted wrong. */
  counts: number[]
  errors: number[]
  /** The node of the subtree that may take a node's place, -1 for none. */
  alternates: number[]
}

export function createTreeWatch(delta: number): TreeWatch {
  return { delta, detectors: [], counts: [], errors: [], alternates: [] }
}

/** Sees to it that every node below `count` is watched. */
export function watchNodes(watch: TreeWatch, count: number): void {
  for (let node = watch.detectors.length; node < count; node++) forgetNode(watch, node)
}

/** Starts to watch a node from nothing. */
export function forgetNode(watch: TreeWatch, node: number): void {
  watch.detectors[node] = createAdwin({ delta: watch.delta })
  watch.alternates[node] = -1
  forgetError(watch, node)
}

export function forgetError(watch: TreeWatch, node: number): void {
  watch.counts[node] = 0
  watch.errors[node] = 0
}

/** Lets `over` of `to` be watched as `node` of `from` is. */
export function copyWatch(from: TreeWatch, node: number, to: TreeWatch, over: number): void {
  to.detectors[over] = from.detectors[node]
  to.counts[over] = from.counts[node]
  to.errors[over] = from.errors[node]
  to.alternates[over] = from.alternates[node]
}

/** Tells whether a prediction was wrong; returns whether the error has changed for the worse. A better one is begun anew. */
export function noteError(watch: TreeWatch, node: number, wrong: boolean): boolean {
  const before = watch.errors[node]
  const changed = watch.detectors[node].update(wrong ? 1 : 0)
  const count = ++watch.counts[node]
  watch.errors[node] += (1 / count) * ((wrong ? 1 : 0) - before)
  if (!changed) return false
  if (before <= watch.errors[node]) return true
  forgetError(watch, node)
  return false
}

export function saveTreeWatch(watch: TreeWatch, out: StateWriter): void {
  out.u32(watch.detectors.length)
  out.f64s(Float64Array.from(watch.counts))
  out.f64s(Float64Array.from(watch.errors))
  out.i32s(Int32Array.from(watch.alternates))
  for (const detector of watch.detectors) detector.save(out)
}

/** Of a tree of `nodes` nodes. Throws CHECKPOINT_CORRUPT. */
export function loadTreeWatch(input: StateReader, delta: number, nodes: number): TreeWatch {
  const count = input.u32()
  const watch: TreeWatch = {
    delta,
    counts: [...input.f64s(count)],
    errors: [...input.f64s(count)],
    alternates: [...input.i32s(count)],
    detectors: [],
  }
  // As with children: those that come after a node cannot lead back to it.
  const astray = watch.alternates.findIndex((to, node) => to !== -1 && (to <= node || to >= nodes))
  if (count !== nodes || astray >= 0) {
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `The checkpoint is corrupt: ${count} nodes of ${nodes} are watched, the alternate of node ${astray} leads nowhere.`,
    )
  }
  for (let node = 0; node < count; node++) watch.detectors.push(loadAdwin(input))
  return watch
}
