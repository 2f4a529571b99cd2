import { createReadStream } from 'node:fs'

export interface LineSizes {
  lines: number
  sizeBytes: number
  /** Bytes of the longest line, without its end. */
  longest: number
}

/** Measures the lines of a file: DuckDB takes buffers for the longest that it is told to expect. */
export async function lineSizes(path: string): Promise<LineSizes> {
  let lines = 0
  let sizeBytes = 0
  let longest = 0
  let current = 0
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      longest = Math.max(longest, current + end - start)
      lines++
      current = 0
      start = end + 1
    }
    current += piece.length - start
    sizeBytes += piece.length
  }
  return { lines, sizeBytes, longest: Math.max(longest, current) }
}
