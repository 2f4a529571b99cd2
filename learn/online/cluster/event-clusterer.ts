import { createEventClock } from '../../math/event-clock.ts'
import { createRandom, loadRandom, type Random } from '../../math/random.ts'
import type { StateReader } from '../../state/reader.ts'
import { shortKey } from '../../state/short-key.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Assignment, Column, GroupClusterer, Row } from '../learner.ts'
import { fitPointEncoder, loadPointEncoder, type PointEncoder } from './point-encoder.ts'
import { squaredDistance } from './point-distance.ts'
import type { PointModel } from './point-model.ts'
import {
  addPoint,
  copyOf,
  createRunningGroups,
  emptyGroup,
  meanOf,
  type RunningGroup,
} from './running-groups.ts'

interface Options {
  name: string
  columns: readonly Column[]
  parameters: Readonly<Record<string, number | string>>
  warmUp: number
  idleMs: number
  mostGroups: number
  seed: number | string
  input?: StateReader | undefined
  start(points: readonly Float64Array[], width: number, random: Random): PointModel
  load(input: StateReader, width: number): PointModel
  /** Index of the group's cluster among `model.labels`, and how sure that is. */
  judge(model: PointModel, group: RunningGroup, distances: Float64Array): { own: number; confidence: number }
  /** Writes the name and the parameters. */
  saveHead(out: StateWriter): void
}

/**
 * Clusters events as points, and groups by their events. The first `warmUp` events decide the scales and start the model;
 * until then all groups are in cluster 0.
 */
export function createEventClusterer({
  name,
  columns,
  parameters,
  warmUp,
  idleMs,
  mostGroups,
  seed,
  input,
  start,
  load,
  judge,
  saveHead,
}: Options): GroupClusterer {
  const random = input ? loadRandom(input) : createRandom(seed)
  const clock = createEventClock(input)
  const groups = createRunningGroups(mostGroups, input)
  let updates = input ? input.f64() : 0
  /** Events seen before the model starts. */
  const waiting: { id: string; row: Row }[] = []
  for (let left = input ? input.u32() : 0; input && left > 0; left--) {
    waiting.push({ id: input.str(), row: input.f64s(columns.length) })
  }
  let encoder: PointEncoder | null = input?.bool() ? loadPointEncoder(input, columns) : null
  let model: PointModel | null = input && encoder ? load(input, encoder.width) : null

  function begin(): void {
    const fitted = fitPointEncoder(
      columns,
      waiting.map(({ row }) => row),
    )
    const points = waiting.map(({ row }) => fitted.encode(row))
    const started = start(points, fitted.width, random)
    waiting.forEach(({ id }, i) => {
      const group = groups.get(id)
      if (group !== undefined) addPoint(group, points[i], started.predict(points[i]))
    })
    waiting.length = 0
    encoder = fitted
    model = started
  }

  return {
    name,
    task: 'clustering',
    parameters,
    get updates() {
      return updates
    },
    get clusters() {
      return Math.max(1, model?.labels.length ?? 1)
    },
    get microClusters() {
      return Math.max(1, model?.microCount ?? 1)
    },
    assign(id, row): Assignment {
      const known = groups.get(id)
      const groupEvents = (known?.events ?? 0) + 1
      if (model === null || encoder === null || model.labels.length === 0) {
        return { cluster: 0, confidence: 1, groupEvents, distances: new Float64Array(1), own: 0 }
      }
      const group = known ? copyOf(known) : emptyGroup()
      const point = encoder.encode(row)
      addPoint(group, point, model.predict(point))
      const distances = distancesTo(model.centers, meanOf(group))
      const { own, confidence } = judge(model, group, distances)
      return { cluster: model.labels[own], confidence, groupEvents, distances, own }
    },
    learn(id, row, timeMs) {
      updates += 1
      // An event whose time is not believed counts as happening now.
      const at = clock.advance(timeMs) ? timeMs : clock.now()
      groups.forgetBefore(clock.now() - idleMs)
      const group = groups.touch(id, at)
      group.events += 1
      if (model === null || encoder === null) {
        waiting.push({ id: shortKey(id), row: row.slice() })
        if (waiting.length >= warmUp) begin()
        return
      }
      const point = encoder.encode(row)
      addPoint(group, point, model.predict(point))
      model.learn(point)
    },
    sizeBytes: () =>
      groups.sizeBytes() + (model?.sizeBytes() ?? 0) + waiting.length * (8 * columns.length + 64) + 256,
    save(out) {
      saveHead(out)
      random.save(out)
      clock.save(out)
      groups.save(out)
      out.f64(updates)
      out.u32(waiting.length)
      for (const { id, row } of waiting) {
        out.str(id)
        out.f64s(row)
      }
      out.bool(encoder !== null)
      encoder?.save(out)
      model?.save(out)
    },
  }
}

/** A group without any value is as far from one centre as from another. */
function distancesTo(centers: readonly Float64Array[], point: Float64Array): Float64Array {
  return Float64Array.from(centers, center => {
    const squared = squaredDistance(center, point)
    return squared < Infinity ? Math.sqrt(squared) : 0
  })
}
