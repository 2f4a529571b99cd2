import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { leafPoolBytes } from './leaf-pool.ts'
import { FAN, LEAF, loadNodePool, nodePoolBytes, saveNodePool } from './node-pool.ts'
import { loadLeafPool, saveLeafPool } from './save-leaf-pool.ts'
import { createTree, type Draw, type Tree, type TreeColumns } from './tree.ts'
import type { TreeSettings } from './tree-settings.ts'

/** Writes the state of a tree; what it was created with is the caller's to keep. */
export function saveTree(tree: Tree, out: StateWriter): void {
  saveNodePool(tree.nodes, out)
  saveLeafPool(tree.leaves, out)
  out.bytes(tree.known)
  for (const key of NUMBERS) out.f64(tree[key])
  out.bool(tree.growing)
}

/** Continues a saved tree, given what it was created with. Throws CHECKPOINT_CORRUPT. */
export function loadTree(
  input: StateReader,
  columns: TreeColumns,
  settings: TreeSettings,
  draw: Draw | null = null,
): Tree {
  const tree = createTree(columns, settings, draw)
  tree.nodes = loadNodePool(input)
  tree.leaves = loadLeafPool(input, columns.count, tree.leaves.slots)
  tree.known = input.bytes(tree.leaves.classes)
  tree.votes = new Float64Array(tree.leaves.classes)
  for (const key of NUMBERS) tree[key] = input.f64()
  tree.growing = input.bool()
  checkNodes(tree)
  return tree
}

const NUMBERS = [
  'totalWeight',
  'activeLeaves',
  'inactiveLeaves',
  'activeBytes',
  'inactiveBytes',
  'overhead',
] as const

/** Bytes of memory, reserves included. */
export function treeBytes({ nodes, leaves, known, votes }: Tree): number {
  return nodePoolBytes(nodes) + leafPoolBytes(leaves) + known.byteLength + votes.byteLength
}

/** Children come after their parents, so that no walk runs in circles. */
function checkNodes({ nodes, leaves, columns }: Tree): void {
  const { kind, left, right, column, fans, count } = nodes
  for (let node = 0; node < count; node++) {
    const below = (child: number) => child > node && child < count
    const leaf = kind[node] === LEAF && left[node] >= 0 && left[node] < leaves.count
    const test = kind[node] !== LEAF && column[node] >= 0 && column[node] < columns
    const fan = kind[node] === FAN ? fans[left[node]] : undefined
    const children = fan
      ? fan.children.length > 0 && fan.children.every(below)
      : below(left[node]) && below(right[node])
    if (leaf || (test && kind[node] <= FAN && children)) continue
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `The checkpoint is corrupt: node ${node} of ${count} leads nowhere.`,
    )
  }
}
