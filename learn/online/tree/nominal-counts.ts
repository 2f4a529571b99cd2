import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import {
  addCode,
  type CodeIndex,
  codeIndexBytes,
  codeIndexOf,
  createCodeIndex,
  findCode,
} from './code-index.ts'
import { longer } from './longer.ts'

/** Weight of every category by class, as one leaf saw one nominal column. */
export interface NominalCounts {
  index: CodeIndex
  classes: number
  /** By position of the category, then class. */
  weights: Float64Array
  /** Per class: all its weight. */
  totals: Float64Array
  /** Classes in order of first sight, -1 where there are no more. */
  order: Int32Array
}

export function createNominalCounts(classes: number): NominalCounts {
  return {
    index: createCodeIndex(),
    classes,
    weights: new Float64Array(4 * classes),
    totals: new Float64Array(classes),
    order: new Int32Array(classes).fill(-1),
  }
}

/** Counts a category of a class; new categories beyond `most` only count in the total. */
export function countCode(
  counts: NominalCounts,
  code: number,
  label: number,
  weight: number,
  most: number,
): void {
  const { index, classes } = counts
  noteClass(counts, label)
  counts.totals[label] += weight
  let position = findCode(index, code)
  if (position < 0) {
    if (index.count >= most) return
    position = addCode(index, code)
    if ((position + 1) * classes > counts.weights.length) {
      counts.weights = longer(counts.weights, 2 * counts.weights.length)
    }
  }
  counts.weights[position * classes + label] += weight
}

/** Keeps the order in which classes are asked for or seen first: it decides how sums are rounded. */
export function noteClass({ order }: NominalCounts, label: number): void {
  for (let i = 0; i < order.length; i++) {
    if (order[i] === label) return
    if (order[i] < 0) {
      order[i] = label
      return
    }
  }
}

export function weightOfCode(counts: NominalCounts, code: number, label: number): number {
  const position = findCode(counts.index, code)
  return position < 0 ? 0 : counts.weights[position * counts.classes + label]
}

/** The same counts with room for more classes. */
export function widenNominalCounts(counts: NominalCounts, classes: number): NominalCounts {
  const wider = createNominalCounts(classes)
  wider.index = counts.index
  wider.weights = new Float64Array((counts.weights.length / counts.classes) * classes)
  for (let v = 0; v < counts.index.count; v++) {
    for (let c = 0; c < counts.classes; c++) {
      wider.weights[v * classes + c] = counts.weights[v * counts.classes + c]
    }
  }
  wider.totals.set(counts.totals)
  wider.order.set(counts.order)
  return wider
}

export function nominalCountsBytes({ index, weights, totals, order }: NominalCounts): number {
  return codeIndexBytes(index) + weights.byteLength + totals.byteLength + order.byteLength
}

export function saveNominalCounts(
  { index, classes, weights, totals, order }: NominalCounts,
  out: StateWriter,
): void {
  out.i32s(index.codes.subarray(0, index.count))
  out.f64s(weights.subarray(0, index.count * classes))
  out.f64s(totals)
  out.i32s(order)
}

export function loadNominalCounts(input: StateReader, classes: number): NominalCounts {
  const index = codeIndexOf(input.i32s())
  const weights = input.f64s(index.count * classes)
  return {
    index,
    classes,
    weights: longer(weights, Math.max(4, index.count) * classes),
    totals: input.f64s(classes),
    order: input.i32s(classes),
  }
}
