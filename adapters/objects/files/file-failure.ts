import { PortError } from '#ports/port-error.ts'

/** The code of a system call's error, such as `ENOENT`. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Whether there is no file of that name: nothing at all, or a file where a folder would have to be. */
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')

/** What a failed system call means to a user of the port. `what` says what was tried: "store lake/a". */
export const fileFailure = (error: unknown, what: string, directory: string): PortError => {
  if (error instanceof PortError) return error
  const errno = errnoOf(error)
  const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
  const options = { cause: error, details: { directory, errno: errno ?? null } }
  const failed = `Could not ${what} in ${directory}: ${reason}.`
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new PortError('STORAGE_FULL', `${failed} Free space there, or raise the quota.`, options)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new PortError(
        'ENGINE_ACCESS_DENIED',
        `${failed} The folder must be readable and writable for this user.`,
        options,
      )
    case 'ENAMETOOLONG':
      return new PortError('INVALID_ARGUMENT', `${failed} Parts of a key have at most 255 bytes.`, options)
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
      return new PortError(
        'INVALID_ARGUMENT',
        `${failed} A key and the same key with / and more can't both be objects in a folder.`,
        options,
      )
    default:
      return new PortError('ENGINE_UNREACHABLE', `${failed} Check the disk.`, options)
  }
}
