/** Which state of the tables a statement sees: exactly one of these. */
export interface AsOf {
  version?: number | null | undefined
  versions?: readonly { table: string; version: number }[] | null | undefined
  at?: Date | null | undefined
  mode?: 'LATEST' | 'LIVE' | null | undefined
}
