import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { GroupClusterer } from './learner.ts'
import { createLatentClassMixture } from './latent-class-mixture.ts'
import { type GroupEvent, groupsOfThreeKinds, mixedColumns } from './test-streams.ts'

interface Outcome {
  model: GroupClusterer
  /** Latest cluster of each group. */
  clusters: Map<string, number>
}

const events = groupsOfThreeKinds(16_000, 'kinds')

function run(stream: readonly GroupEvent[], params: Record<string, number | string> = {}, seed = 1): Outcome {
  const model = createLatentClassMixture({
    columns: mixedColumns,
    params: { idleMs: 120_000, ...params },
    seed,
  })
  const clusters = new Map<string, number>()
  for (const { group, row, timeMs } of stream) {
    clusters.set(group, model.assign(group, row, timeMs).cluster)
    model.learn(group, row, timeMs)
  }
  return { model, clusters }
}

/** Share of groups whose cluster is the one that most groups of their kind are in. */
function purity({ clusters }: Outcome, stream: readonly GroupEvent[], fromMs: number): number {
  const kinds = new Map<string, number>()
  for (const { group, truth, timeMs } of stream) if (timeMs >= fromMs) kinds.set(group, truth)
  const counts = new Map<string, number>()
  for (const [group, truth] of kinds) {
    const key = `${truth} ${clusters.get(group)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  let right = 0
  for (const truth of [0, 1, 2]) {
    right += Math.max(
      0,
      ...[...counts].filter(([key]) => key.startsWith(`${truth} `)).map(([, count]) => count),
    )
  }
  return right / kinds.size
}

let first: Outcome
before(() => {
  first = run(events)
})

test('it finds the three kinds of groups and their number, whatever the seed', () => {
  for (const outcome of [first, run(events, {}, 2), run(events, {}, 3)]) {
    assert.equal(outcome.model.clusters, 3)
    assert.ok(purity(outcome, events, 400_000) > 0.9, `${purity(outcome, events, 400_000)}`)
  }
})

test('clusters keep their ids once they are found', () => {
  const late = events.filter(({ timeMs }) => timeMs >= 400_000)
  const halves = [late.slice(0, late.length / 2), late.slice(late.length / 2)]
  const names = halves.map(half => new Set(half.map(({ group }) => first.clusters.get(group))))
  assert.deepEqual(new Set([...names[0]].sort()), new Set([...names[1]].sort()))
  assert.ok(Math.max(...([...names[1]] as number[])) < 6)
})

test('groups without kinds are one cluster', () => {
  const alike = groupsOfThreeKinds(8000, 'alike').map(event => ({ ...event, row: withoutKind(event) }))
  assert.equal(run(alike).model.clusters, 1)
})

test('an assignment counts its event and says how sure it is, and its own centre is the nearest most of the time', () => {
  let nearest = 0
  const probes = events.slice(-500)
  for (const { group, row, timeMs } of probes) {
    const { confidence, distances, own, groupEvents } = first.model.assign(`probe ${group}`, row, timeMs)
    assert.equal(groupEvents, 1)
    assert.ok(confidence > 1 / 3 - 1e-9 && confidence <= 1)
    assert.equal(distances.length, 3)
    if (distances[own] === Math.min(...distances)) nearest += 1
  }
  assert.ok(nearest > 400, `${nearest} of 500.`)
})

test('events make an assignment surer', () => {
  const { model } = first
  const { row } = events[0]
  const once = model.assign('sure', row, 1e9).confidence
  for (let i = 0; i < 4; i++) model.learn('sure', row, 1e9)
  assert.ok(model.assign('sure', row, 1e9).confidence > once)
})

test('idle groups are closed, the number of live groups is bounded, and so is memory', () => {
  const steady = (stream: readonly GroupEvent[], params: Record<string, number>) =>
    run(stream, { window: 50, ...params }).model.sizeBytes()
  const [early, late] = [8000, 16_000].map(n => steady(events.slice(0, n), { idleMs: 10_000 }))
  assert.ok(late < 1.3 * early, `${early} bytes, then ${late}.`)
  const unbounded = steady(events, { idleMs: 1e12 })
  const capped = steady(events, { idleMs: 1e12, maxGroups: 100 })
  assert.ok(capped < unbounded / 2, `${capped} of ${unbounded} bytes.`)
})

test('wild rows neither break it nor own a cluster', () => {
  const wild = events.map((event, i) =>
    i % 50 === 49 ? { ...event, row: Float64Array.of(1e300, -1e300, 1e6, -1, Infinity) } : event,
  )
  const outcome = run(wild)
  assert.ok(purity(outcome, wild, 800_000) > 0.8, `${purity(outcome, wild, 800_000)}`)
})

test('one event dated far ahead does not close the groups', () => {
  const { model } = run(events.slice(0, 3000))
  const { group, row, timeMs } = events[2999]
  const known = model.assign(group, row, timeMs).groupEvents
  model.learn('from the future', row, 1e13)
  model.learn('present', row, timeMs)
  assert.equal(model.assign(group, row, timeMs).groupEvents, known)
})

test('a column far from zero tells as much as one around it', () => {
  const shifted = events.map(({ row, ...rest }) => ({
    ...rest,
    row: row.map((value, i) => (i === 0 ? value + 1.7e12 : value)),
  }))
  assert.equal(run(shifted).model.clusters, 3)
})

test('cluster ids carry nothing about the position of an event', () => {
  const model = createLatentClassMixture({ columns: mixedColumns, params: { idleMs: 120_000 } })
  const ids = events.map(({ group, row, timeMs }) => {
    const { cluster } = model.assign(group, row, timeMs)
    model.learn(group, row, timeMs)
    return cluster
  })
  for (const k of [2, 3, 7, 10, 32, 50]) {
    assert.ok(mutualInformation(ids, k) < 0.01, `k ${k}: ${mutualInformation(ids, k)} bit.`)
  }
})

test('a transition column that does not exist is refused', () => {
  assert.throws(() => createLatentClassMixture({ columns: mixedColumns, params: { transition: 'size' } }), {
    code: 'INVALID_PARAMETER',
  })
})

/** Bits that the position modulo k tells about the cluster. */
function mutualInformation(ids: readonly number[], k: number): number {
  const joint = new Map<string, number>()
  const clusters = new Map<number, number>()
  const positions = new Map<number, number>()
  ids.forEach((id, i) => {
    const key = `${id} ${i % k}`
    joint.set(key, (joint.get(key) ?? 0) + 1 / ids.length)
    clusters.set(id, (clusters.get(id) ?? 0) + 1 / ids.length)
    positions.set(i % k, (positions.get(i % k) ?? 0) + 1 / ids.length)
  })
  let bits = 0
  for (const [key, share] of joint) {
    const [id, position] = key.split(' ').map(Number)
    bits += share * Math.log2(share / ((clusters.get(id) as number) * (positions.get(position) as number)))
  }
  return bits
}

/** The row with what its kind decides taken out. */
function withoutKind({ row, truth }: GroupEvent): Float64Array {
  return row.map((value, i) => (i === 0 ? value - 1.5 * truth : i === 2 ? row[3] : value))
}
