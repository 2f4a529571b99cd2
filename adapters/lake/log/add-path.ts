/**
 * The path of a data file as `add.path` has it: a relative URI, percent-encoded (RFC 2396). Folders of partitions are escaped by
 * `partition-path.ts` before, so a `%` of theirs becomes `%25` here.
 */
export const encodeAddPath = (path: string): string =>
  path
    .split('/')
    .map(part => encodeURIComponent(part).replaceAll('%3D', '='))
    .join('/')

/**
 * The name of a file out of `add.path` or `remove.path`: relative to the table, or null for a file outside of it.
 * @param tableUri such as `s3://bucket/prefix/table`: absolute paths below it are the table's own.
 */
export const decodeAddPath = (path: string, tableUri: string): string | null => {
  if (!isAbsolute(path)) return decoded(path)
  for (const base of [
    `${tableUri}/`,
    `${tableUri.replace(/^file:\/\//, '')}/`,
    `${tableUri.replace(/^file:\/\//, 'file:')}/`,
  ]) {
    if (path.startsWith(base)) return decoded(path.slice(base.length))
  }
  return null
}

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    // Some old writers put names in as they are: a stray percent sign says so.
    return path
  }
}
