import { type Adwin, createAdwin, loadAdwin } from '../../drift/adwin.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { loadTree, saveTree, treeBytes } from '../tree/save-tree.ts'
import { createTree, type Draw, type Tree, type TreeColumns } from '../tree/tree.ts'
import type { TreeSettings } from '../tree/tree-settings.ts'
import type { ForestSettings } from './forest-settings.ts'
import { createMemberScore, loadMemberScore, type MemberScore } from './member-score.ts'

/** A tree of the forest with what watches it, and the tree that may replace it. */
export interface ForestMember {
  tree: Tree
  background: Tree | null
  warning: Adwin
  drift: Adwin
  score: MemberScore
  warnings: number
  drifts: number
}

/** What the members of one forest share once the first row is known. */
export interface MemberKit {
  readonly settings: ForestSettings
  readonly columns: TreeColumns
  readonly tree: TreeSettings
  readonly draw: Draw
}

export function createMember(kit: MemberKit): ForestMember {
  return {
    tree: createTree(kit.columns, kit.tree, kit.draw),
    background: null,
    warning: createAdwin({ delta: kit.settings.warningDelta }),
    drift: createAdwin({ delta: kit.settings.driftDelta }),
    score: createMemberScore(kit.settings),
    warnings: 0,
    drifts: 0,
  }
}

/**
 * Tells the detectors whether the member was wrong: a warning starts a new background tree, a drift puts it (or an
 * empty tree) in the member's place and forgets the score (Gomes et al. 2017).
 */
export function watchMember(member: ForestMember, wrong: boolean, kit: MemberKit): void {
  if (member.warning.update(wrong ? 1 : 0)) {
    member.background = createTree(kit.columns, kit.tree, kit.draw)
    member.warning = createAdwin({ delta: kit.settings.warningDelta })
    member.warnings++
  }
  if (!member.drift.update(wrong ? 1 : 0)) return
  if (member.background) member.warning = createAdwin({ delta: kit.settings.warningDelta })
  member.tree = member.background ?? createTree(kit.columns, kit.tree, kit.draw)
  member.background = null
  member.drift = createAdwin({ delta: kit.settings.driftDelta })
  member.score = createMemberScore(kit.settings)
  member.drifts++
}

export function memberBytes({ tree, background }: ForestMember): number {
  return treeBytes(tree) + (background ? treeBytes(background) : 0) + DETECTOR_BYTES
}

/** Two detectors' buckets and a score. */
const DETECTOR_BYTES = 8192

export function saveMember(member: ForestMember, out: StateWriter): void {
  saveTree(member.tree, out)
  out.bool(member.background !== null)
  if (member.background) saveTree(member.background, out)
  member.warning.save(out)
  member.drift.save(out)
  member.score.save(out)
  out.f64(member.warnings)
  out.f64(member.drifts)
}

export function loadMember(input: StateReader, kit: MemberKit): ForestMember {
  return {
    tree: loadTree(input, kit.columns, kit.tree, kit.draw),
    background: input.bool() ? loadTree(input, kit.columns, kit.tree, kit.draw) : null,
    warning: loadAdwin(input),
    drift: loadAdwin(input),
    score: loadMemberScore(input, kit.settings),
    warnings: input.f64(),
    drifts: input.f64(),
  }
}
