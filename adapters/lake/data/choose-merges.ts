import type { DataFile } from '#ports/lake.ts'

export interface MergeRules {
  /** Smaller files are candidates. */
  targetBytes: number
  /** Fewest small files of a partition that are worth it while it grows. */
  minFiles: number
  /** A partition without a new file for so long is at rest: then even two files become one. */
  restMs: number
  /** Unix milliseconds. */
  now: number
}

/** Files of one partition that become one. */
export type Merge = readonly DataFile[]

/**
 * Which files to merge, the smallest first. In a partition that grows, as many of the smallest ones as possible, the largest of which
 * is no larger than all others together: so a row moves to a file of at least twice the size each time, log₂(target / commit) times in
 * all, and about as many files stay beside `minFiles`. (The geometric merges of log-structured trees; O'Neil et al., 1996.)
 */
export const chooseMerges = (files: readonly DataFile[], rules: MergeRules): Merge[] =>
  [...byPartition(files).values()]
    .flatMap(partition => mergesOf(partition, rules))
    .sort((a, b) => bytesOf(a) - bytesOf(b))

const mergesOf = (
  files: readonly DataFile[],
  { targetBytes, minFiles, restMs, now }: MergeRules,
): Merge[] => {
  const small = files.filter(file => file.sizeBytes < targetBytes).sort((a, b) => a.sizeBytes - b.sizeBytes)
  if (small.length < 2) return []
  const atRest = files.every(file => file.modifiedAt <= now - restMs)
  if (atRest) return fullMerges(small, targetBytes)
  if (small.length < minFiles) return []
  let bytes = 0
  let count = 0
  for (const [index, { sizeBytes }] of small.entries()) {
    if (bytes >= targetBytes) break
    if (sizeBytes <= bytes) count = index + 1
    bytes += sizeBytes
  }
  return count < minFiles ? [] : [small.slice(0, count)]
}

/** Together they fill a file each, but for the last. */
const fullMerges = (small: readonly DataFile[], targetBytes: number): Merge[] => {
  const merges: DataFile[][] = []
  let open: DataFile[] = []
  let bytes = 0
  for (const file of small) {
    open.push(file)
    bytes += file.sizeBytes
    if (bytes < targetBytes) continue
    merges.push(open)
    open = []
    bytes = 0
  }
  merges.push(open)
  return merges.filter(merge => merge.length > 1)
}

const byPartition = (files: readonly DataFile[]): Map<string, DataFile[]> => {
  const partitions = new Map<string, DataFile[]>()
  for (const file of files) {
    const key = JSON.stringify(Object.entries(file.partition).sort(([a], [b]) => (a < b ? -1 : 1)))
    const partition = partitions.get(key)
    if (partition === undefined) partitions.set(key, [file])
    else partition.push(file)
  }
  return partitions
}

const bytesOf = (merge: Merge): number => merge.reduce((sum, file) => sum + file.sizeBytes, 0)
