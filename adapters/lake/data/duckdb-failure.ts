import { PortError } from '#ports/port-error.ts'

/** What went wrong on this machine, not with the rows: no room, no memory, interrupted. Null for anything else. */
export const duckdbFailure = (error: unknown): PortError | null => {
  if (error instanceof PortError) return error
  const said = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    /no space left|disk quota|max_temp_directory_size/i.test(said)
  )
    return new PortError(
      'STORAGE_FULL',
      'There is no room in the work directory of the lake; free some and try again.',
      {
        cause: error,
      },
    )
  if (/^Out of Memory/i.test(said))
    return new PortError(
      'ENGINE_UNSUPPORTED',
      'The memory set for the lake is too small for this; give it more.',
      {
        cause: error,
      },
    )
  if (/^INTERRUPT/i.test(said))
    return new PortError('LAKE_CLOSED', 'The lake was closed meanwhile.', { cause: error })
  return null
}

/** What DuckDB could not do for reasons that are none of the rows': its files, or itself. Null for anything else. */
export const machineFailure = (error: unknown): PortError | null => {
  const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  if (!/^(IO|FATAL|INTERNAL) Error/i.test(said) && !isInvalidated(error)) return null
  return new PortError('ENGINE_UNREACHABLE', `DuckDB could not write the rows: ${said}.`, { cause: error })
}

/** After an internal error DuckDB refuses everything until it is opened anew. */
export const isInvalidated = (error: unknown): boolean =>
  error instanceof Error &&
  (/database has been invalidated|^FATAL/i.test(error.message) || isInvalidated(error.cause))
