/** A file that a subgraph gives away beside its graph. */
export interface Download {
  /** Such as `text/csv; charset=utf-8`. */
  contentType: string
  /** Letters, digits, dots, dashes and underscores. */
  fileName: string
  /** Null where it is not known before the end. */
  sizeBytes: number | null
  /** More headers, all of the form `x-coelho-…`, such as whether the content was cut. */
  headers?: Readonly<Record<string, string>>
  /** Ends its work when it is no longer read. */
  content: AsyncIterable<Uint8Array>
}

/** Files under a path of their own. */
export interface Downloads {
  /** Begins and ends with a slash, such as `/sql/results/`. */
  prefix: string
  /** `path` begins with the prefix and has no query. Null if there is no such file; errors carry a `code`. */
  open(path: string, options: { signal: AbortSignal }): Promise<Download | null>
}
