import { PortError } from '#ports/port-error.ts'

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const CODES = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
}

/** Whether another connection holds the lock that was needed. */
export const isBusy = (error: unknown): boolean => [CODES.busy, CODES.locked].includes(resultCode(error))

/** What a failure of SQLite means to whoever runs the platform; any other error as it is. */
export const sqliteFailure = (error: unknown, file: string): unknown => {
  const said = error instanceof Error ? error.message : String(error)
  const details = { file }
  switch (resultCode(error)) {
    case CODES.busy:
    case CODES.locked:
      return new PortError(
        'DATA_DIRECTORY_LOCKED',
        `The tracking database ${file} is locked by another process that writes to it; end that process or wait for it.`,
        { cause: error, details },
      )
    case CODES.notADatabase:
    case CODES.corrupt:
      return new PortError(
        'ENGINE_UNSUPPORTED',
        `The tracking database ${file} is no SQLite database, or a damaged one (${said}); restore it or move it away.`,
        { cause: error, details },
      )
    case CODES.readOnly:
    case CODES.ioError:
    case CODES.full:
    case CODES.cannotOpen:
      return new PortError(
        'DATA_DIRECTORY_UNUSABLE',
        `The tracking database ${file} cannot be used (${said}); its folder must be writable and have space.`,
        { cause: error, details },
      )
    default:
      return error
  }
}

const resultCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0
