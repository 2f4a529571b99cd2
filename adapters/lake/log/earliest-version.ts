import type { LogListing } from './list-log.ts'

/** The oldest version that the log still tells. */
export const earliestVersion = ({ commits, checkpoints, latest }: LogListing): number => {
  let first = latest + 1
  while (commits.has(first - 1)) first--
  if (first === 0) return 0
  // The state before the first commit comes from a checkpoint, or versions begin with the first one behind it.
  return checkpoints.find(({ version }) => version >= first - 1)?.version ?? latest
}
