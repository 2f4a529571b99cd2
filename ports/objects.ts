/**
 * Immutable bytes under names: a folder, or an S3-compatible store. Keys are relative, with `/` between their parts, and never
 * leave the store. Every adapter passes `ports/objects.contract.ts`.
 *
 * Errors: `INVALID_ARGUMENT` for a key that is empty, absolute, or has a part that is empty, `.` or `..`; `ENGINE_UNREACHABLE`,
 * `ENGINE_ACCESS_DENIED` and `ENGINE_UNSUPPORTED` about the engine; `STORAGE_FULL` where there is no room. A write that throws one
 * of these has stored all of the object or none of it; look before taking it for either.
 */
export interface Objects extends AsyncDisposable {
  /** Where it is, for people and other engines: `file:///…` or `s3://bucket/prefix`, without a slash at its end. */
  readonly uri: string
  /** Stores an object, durable once resolved, in the place of what was there. Readers see all of the old or all of the new one. */
  put(key: string, content: Uint8Array): Promise<void>
  /** As `put`, unless the key is taken: then false, and nothing changes. Of several callers at once exactly one gets true. */
  putIfAbsent(key: string, content: Uint8Array): Promise<boolean>
  /** As `put`, with the content of a file of this machine, which stays as it is. */
  putFile(key: string, path: string): Promise<void>
  /** The whole content, or the bytes from `start` up to `end` (exclusive, default the end). Throws `NOT_FOUND`. */
  get(key: string, range?: { start: number; end?: number }): Promise<Uint8Array>
  /** Null if there is none. */
  stat(key: string): Promise<ObjectInfo | null>
  /** Objects whose key starts with `prefix`, in the order of their UTF-8 keys; with `after` only those behind that key. */
  list(prefix: string, options?: { after?: string }): AsyncIterable<ObjectInfo>
  /** Those that are not there are no error. */
  delete(keys: readonly string[]): Promise<void>
  /** The object as a file of this machine that stays until it is released; never write to it. The object must be one that is
   * never changed once it is there, as data files are: a copy may be an old one. Throws `NOT_FOUND`. */
  localFile(key: string): Promise<LocalFile>
}

export interface ObjectInfo {
  key: string
  sizeBytes: number
  /** Unix milliseconds by the store's clock. */
  modifiedAt: number
}

export interface LocalFile extends Disposable {
  /** Absolute path. */
  readonly path: string
}
