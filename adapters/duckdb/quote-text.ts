/** Text as a literal of DuckDB, whatever is in it. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
