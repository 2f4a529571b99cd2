/** The folder of rows whose partition value is null, as Hive names it. */
export const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__'

/**
 * The folder of a partition, relative to the table and without a slash at its end: `event_date=2026-01-05/kind=a%3Db`, escaped as
 * Hive and Spark do (`ExternalCatalogUtils.escapePathName`). Empty text counts as null, as the protocol has it. Give the full path
 * of a file to `encodeAddPath` for the log.
 */
export const partitionPath = (
  columns: readonly string[],
  values: Readonly<Record<string, string | null>>,
): string =>
  columns
    .map(column => {
      const value = values[column]
      return `${escaped(column)}=${value === null || value === undefined || value === '' ? NULL_PARTITION : escaped(value)}`
    })
    .join('/')

// oxlint-disable-next-line no-control-regex -- control characters are what has to be escaped
const ESCAPED = /[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g

const escaped = (text: string): string =>
  text.replace(
    ESCAPED,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
