/** Where the state of windows is written; `StateWriter` of `learn/` is one. */
export interface WindowSink {
  u32(value: number): void
  str(value: string): void
  bytes(values: Uint8Array): void
}

/** Where it is read again, by the same sequence of calls; `StateReader` of `learn/` is one. */
export interface WindowSource {
  u32(): number
  str(): string
  /** In a buffer of their own. */
  bytes(): Uint8Array
}
