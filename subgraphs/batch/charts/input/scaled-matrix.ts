/** Columns side by side, row-major, each with mean 0 and variance 1; missing values at the mean, constants at 0. */
export function scaledMatrix(columns: readonly Float64Array[]): { data: Float64Array; width: number } {
  const width = columns.length
  const rows = columns[0]?.length ?? 0
  const data = new Float64Array(rows * width)
  columns.forEach((column, c) => {
    let count = 0
    let mean = 0
    let squares = 0
    for (const value of column) {
      if (!Number.isFinite(value)) continue
      count++
      const before = value - mean
      mean += before / count
      squares += before * (value - mean)
    }
    const deviation = Math.sqrt(squares / Math.max(1, count))
    if (!(deviation > 0)) return
    for (let row = 0; row < rows; row++) {
      const value = column[row] as number
      data[row * width + c] = Number.isFinite(value) ? (value - mean) / deviation : 0
    }
  })
  return { data, width }
}
