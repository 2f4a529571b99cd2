import { PortError } from '#ports/port-error.ts'

/** As S3 has it, in bytes of UTF-8. */
const LONGEST = 1024

/** Throws `INVALID_ARGUMENT` unless `key` is relative, made of plain parts, and means the same in every store. */
export const checkKey = (key: string): void => {
  if (!isKey(key)) throw invalid('key', key)
}

export const isKey = (key: string): boolean => key !== '' && isPlain(key) && key.split('/').every(isPart)

/** As `checkKey`, for the beginning of keys: it may be empty, and its last part may be empty or a part of a name. */
export const checkPrefix = (prefix: string): void => {
  if (isPlain(prefix) && prefix.split('/').slice(0, -1).every(isPart)) return
  throw invalid('prefix', prefix)
}

/** A backslash is a separator on Windows, and listings in XML carry no control characters. */
const isPlain = (key: string): boolean =>
  key.isWellFormed() && !/[\\\p{Cc}\uFFFE\uFFFF]/u.test(key) && Buffer.byteLength(key) <= LONGEST

const isPart = (part: string): boolean => part !== '' && part !== '.' && part !== '..'

const invalid = (what: string, given: string): PortError =>
  new PortError(
    'INVALID_ARGUMENT',
    `The ${what} ${JSON.stringify(given.slice(0, 200))} can't name objects, wanted a relative one of at most ${LONGEST} bytes ` +
      'without empty parts, . or .., backslashes and control characters.',
  )
