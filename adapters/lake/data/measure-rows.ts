/** Rows of newline-delimited JSON and the bytes of the longest one, empty lines aside. */
export const measureRows = (
  parts: readonly Uint8Array[],
): { rowCount: number; longest: number; bytes: number } => {
  let rowCount = 0
  let longest = 0
  let bytes = 0
  for (const part of parts) {
    bytes += part.length
    for (let start = 0; start < part.length; ) {
      const found = part.indexOf(NEWLINE, start)
      const end = found === -1 ? part.length : found
      if (end > start) {
        rowCount++
        if (end - start > longest) longest = end - start
      }
      start = end + 1
    }
  }
  return { rowCount, longest, bytes }
}

const NEWLINE = 10
