import type { Verdict } from './comparison.ts'

export interface VectorFile {
  /** Such as `classification_101.json`. */
  readonly name: string
  readonly bytes: Uint8Array
  /** Another file of the same folder. Throws if there is none. */
  readonly beside: (name: string) => Uint8Array
}

/** Computes again what a file of reference values holds. Throws for a file that is not of its kind after all. */
export type VectorVerifier = (file: VectorFile) => Verdict

const utf8 = new TextDecoder()

export function textOf(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

/** What the file says it is; wrong types show as differences or errors. */
export function jsonOf<T>(bytes: Uint8Array): T {
  return JSON.parse(textOf(bytes)) as T
}
