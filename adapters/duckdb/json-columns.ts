import type { Column } from '#ports/lake.ts'
import { duckdbType } from './duckdb-type.ts'
import { quoteText } from './quote-text.ts'

/** The struct that `read_json(…, columns = …)` takes: `{'amount': 'DOUBLE', 'location': 'STRUCT("lat" DOUBLE, …)'}`. */
export const jsonColumns = (columns: readonly Column[]): string =>
  `{${columns.map(({ name, type }) => `${quoteText(name)}: ${quoteText(duckdbType(type))}`).join(', ')}}`
