/** A name as an identifier of DuckDB, whatever is in it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
