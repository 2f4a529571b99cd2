import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { longer } from '../tree/longer.ts'
import { learnRow } from '../tree/learn-row.ts'
import { likeliestClass, predictRow } from '../tree/predict-row.ts'
import type { TreeColumns } from '../tree/tree.ts'
import { createRiverUnderSampler, loadRiverUnderSampler } from '../under-sampler-river.ts'
import {
  createUnderSampler,
  loadUnderSampler,
  type UnderSampler,
  type WantedShare,
} from '../under-sampler.ts'
import {
  createMember,
  type ForestMember,
  loadMember,
  type MemberKit,
  memberBytes,
  saveMember,
  watchMember,
} from './forest-member.ts'
import {
  createQuickRandom,
  createRiverRandom,
  type ForestRandom,
  loadQuickRandom,
  loadRiverRandom,
} from './forest-random.ts'
import type { ForestSettings } from './forest-settings.ts'

/** An adaptive random forest over rows that hold NaN for missing in every column. */
export interface Forest {
  readonly warnings: number
  readonly drifts: number
  /** Probability of each class by the members' votes, all 0 before anything is known. Overwritten by the next call. */
  predict(row: Float64Array): Float64Array
  learn(row: Float64Array, label: number, weight: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

interface Parts {
  random: ForestRandom
  /** Draws of the under-sampler, which has a generator of its own. */
  sampling: ForestRandom
  sampler: UnderSampler | null
  /** Columns that the first row had; 0 before it. */
  present: number
  members: ForestMember[]
}

export function createForest(columns: TreeColumns, settings: ForestSettings, seed: number | string): Forest {
  const { river, lambda, underSample, sampledShare } = settings
  const wanted = wantedShare(sampledShare)
  const integer = typeof seed === 'number' && Number.isSafeInteger(seed) ? seed : hashOf(String(seed))
  const samplers = { none: () => null, river: createRiverUnderSampler, ours: createUnderSampler }
  return fromParts(columns, settings, {
    random: river ? createRiverRandom(integer, lambda) : createQuickRandom(seed, lambda),
    sampling: river ? createRiverRandom(integer, lambda) : createQuickRandom(`${seed}:sampling`, lambda),
    sampler: samplers[underSample](wanted),
    present: 0,
    members: [],
  })
}

export function loadForest(input: StateReader, columns: TreeColumns, settings: ForestSettings): Forest {
  const { river, lambda, underSample, sampledShare } = settings
  const load = river ? loadRiverRandom : loadQuickRandom
  const samplers = { none: () => null, river: loadRiverUnderSampler, ours: loadUnderSampler }
  const parts: Parts = {
    random: load(input, lambda),
    sampling: load(input, lambda),
    sampler: samplers[underSample](input, wantedShare(sampledShare)),
    present: input.u32(),
    members: [],
  }
  const kit = kitOf(columns, settings, parts)
  const count = input.u32()
  for (let i = 0; i < count; i++) parts.members.push(loadMember(input, kit))
  return fromParts(columns, settings, parts)
}

function fromParts(columns: TreeColumns, settings: ForestSettings, parts: Parts): Forest {
  const { random, sampling, sampler, members } = parts
  const { river, weightedVote } = settings
  let kit = kitOf(columns, settings, parts)
  let votes = new Float64Array(2)
  const uniform = () => sampling.uniform()

  function plant(row: Float64Array): void {
    for (const x of row) if (!Number.isNaN(x)) parts.present++
    kit = kitOf(columns, settings, parts)
    for (let i = 0; i < settings.models; i++) members.push(createMember(kit))
  }

  function learnMember(member: ForestMember, row: Float64Array, label: number, weight: number): void {
    const { tree, score, background } = member
    predictRow(tree, row)
    const predicted = likeliestClass(tree)
    score.update(label, predicted, score.wantsProbability ? tree.votes[1] : 0)
    const times = random.poisson()
    if (times === 0) return
    // River ignores sample weights. A background tree that learned less than the one it replaces would make errors, and drifts, of its own.
    const counts = river ? times : times * weight
    if (background) learnRow(background, row, label, counts)
    learnRow(tree, row, label, counts)
    watchMember(member, predicted !== label, kit)
  }

  return {
    get warnings() {
      return members.reduce((sum, { warnings }) => sum + warnings, 0)
    },
    get drifts() {
      return members.reduce((sum, { drifts }) => sum + drifts, 0)
    },
    predict(row) {
      votes.fill(0)
      let total = 0
      for (let i = 0; i < members.length; i++) {
        const { tree, score } = members[i]
        if (!predictRow(tree, row)) continue
        if (tree.votes.length > votes.length) votes = longer(votes, tree.votes.length)
        const value = weightedVote ? score.value : 0
        const weight = value > 0 ? value : 1
        for (let c = 0; c < tree.votes.length; c++) {
          votes[c] += tree.votes[c] * weight
          total += tree.votes[c] * weight
        }
      }
      if (total > 0) for (let c = 0; c < votes.length; c++) votes[c] /= total
      sampler?.correct(votes)
      return votes
    },
    learn(row, label, weight) {
      if (members.length === 0) plant(row)
      if (sampler && !sampler.take(label, uniform)) return
      for (let i = 0; i < members.length; i++) learnMember(members[i], row, label, weight)
    },
    sizeBytes: () => members.reduce((sum, member) => sum + memberBytes(member), 8192),
    save(out) {
      random.save(out)
      sampling.save(out)
      sampler?.save(out)
      out.u32(parts.present)
      out.u32(members.length)
      for (const member of members) saveMember(member, out)
    },
  }
}

function kitOf(columns: TreeColumns, settings: ForestSettings, { present, random }: Parts): MemberKit {
  return { settings, columns, tree: settings.treeSettingsFor(Math.max(1, present)), draw: random.draw }
}

function wantedShare(ofOne: number): WantedShare {
  return label => (label === 1 ? ofOne : 1 - ofOne)
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
