import { PortError } from '#ports/port-error.ts'

/** A version that can't be read; the good one before it (if there is any) can, by its number. */
export const tableCorrupt = (problem: {
  table: string
  /** Relative to the table. */
  file: string
  /** The newest one that was asked for. */
  version: number
  lastGood: number | null
  what: string
  cause?: unknown
}): PortError => {
  const { table, file, version, lastGood, what, cause } = problem
  const rest =
    lastGood === null ? 'no version before it can be read' : `version ${lastGood} can still be read`
  return new PortError(
    'LAKE_TABLE_CORRUPT',
    `Version ${version} of table "${table}" can't be read: ${file} ${what}; ${rest}.`,
    {
      cause,
      details: { table, file, version, lastGood },
    },
  )
}

export const versionUnknown = (
  table: string,
  wanted: string,
  { earliest, latest }: { earliest: number; latest: number },
): PortError =>
  new PortError(
    'LAKE_VERSION_UNKNOWN',
    `Table "${table}" has no ${wanted}; it has versions ${earliest} to ${latest}.`,
    { details: { table, earliest, latest } },
  )

export const transactionConflict = (
  table: string,
  why: string,
  details: Record<string, string | number | null> = {},
): PortError =>
  new PortError('LAKE_TRANSACTION_CONFLICT', `Somebody else wrote to table "${table}": ${why}.`, {
    details: { table, ...details },
  })

export const unsupportedFile = (table: string, path: string): PortError =>
  new PortError(
    'LAKE_UNSUPPORTED',
    `Table "${table}" has a data file outside of its folder, ${path.slice(0, 200)}; paths within it are wanted.`,
    { details: { table, feature: 'files outside of the table' } },
  )

export const unsupportedCheckpoint = (table: string): PortError =>
  new PortError(
    'LAKE_UNSUPPORTED',
    `Table "${table}" keeps its state in checkpoints of version 2 (the Delta feature "v2Checkpoint"); classic ones are wanted.`,
    { details: { table, feature: 'v2Checkpoint' } },
  )
