import { codedError } from '../../../coded-error.ts'
import type { Dataset } from '../../dataset.ts'
import { CONTINUED, ENDED, type Layout } from './layout.ts'
import type { NumericScales } from './numeric-scales.ts'

/** What groups of rows hold: counts of cells, sparse, and sums of the numeric columns. */
export interface GroupCounts {
  readonly groups: number
  /** Group g has the cells `cells[starts[g]]` to `cells[starts[g + 1] - 1]`, with their counts. */
  readonly starts: Int32Array
  readonly cells: Int32Array
  readonly counts: Float64Array
  /** Per group and numeric column the number, sum and sum of squares of its standardised values. */
  readonly moments: Float64Array
  /** The largest count. */
  readonly most: number
}

interface Options {
  data: Dataset
  layout: Layout
  scales: NumericScales
  /** Group of each row, 0 and up; null: every row is a group. Rows of a group are in the order of time. */
  groups: Int32Array | null
  /** Sequence of each row within its group, such as the session of a customer; null: a group is one sequence. */
  sequences: Int32Array | null
  /** Whether sequences are over; otherwise their ends are not counted. */
  ended: boolean
}

/** Throws NO_ROWS, SIZE_MISMATCH, INVALID_VALUE. */
export function countGroups({ data, layout, scales, groups, sequences, ended }: Options): GroupCounts {
  const { numeric } = layout
  const owner = groups ?? Int32Array.from({ length: data.rows }, (_, row) => row)
  const { order, rows, firsts } = rowsByGroup(data.rows, owner, sequences)
  const count = rows.length
  const starts = new Int32Array(count + 1)
  const moments = new Float64Array(3 * numeric.length * count)
  let cells = new Int32Array(4 * data.rows)
  let counts = new Float64Array(4 * data.rows)
  const tally = new Float64Array(layout.cells)
  const touched: number[] = []
  const visit = createVisitor(data, layout, groups === null && sequences === null, cell => {
    if (tally[cell]++ === 0) touched.push(cell)
  })
  let used = 0
  let most = 0
  for (let group = 0; group < count; group++) {
    visit.begin()
    for (let at = firsts[group]; at < firsts[group] + rows[group]; at++) {
      const row = order[at]
      visit.row(row, sequences === null ? 0 : sequences[row])
      for (let j = 0; j < numeric.length; j++) {
        const value = visit.counts(numeric[j])
          ? scales.standardise(j, data.values[numeric[j]][row])
          : Number.NaN
        if (value !== value) continue
        const to = 3 * (group * numeric.length + j)
        moments[to] += 1
        moments[to + 1] += value
        moments[to + 2] += value * value
      }
      visit.rowDone(row)
    }
    if (ended) visit.end()
    if (used + touched.length > cells.length) {
      cells = grown(new Int32Array(2 * (used + touched.length)), cells)
      counts = grown(new Float64Array(2 * (used + touched.length)), counts)
    }
    for (const cell of touched) {
      cells[used] = cell
      if (tally[cell] > most) most = tally[cell]
      counts[used++] = tally[cell]
      tally[cell] = 0
    }
    touched.length = 0
    starts[group + 1] = used
  }
  return {
    groups: count,
    starts,
    cells: cells.slice(0, used),
    counts: counts.slice(0, used),
    moments,
    most,
  }
}

function grown<T extends Int32Array | Float64Array>(larger: T, values: T): T {
  larger.set(values)
  return larger
}

/** Walks the rows of one group after the other; sequences of a group may alternate. */
function createVisitor(
  { values }: Dataset,
  { nominal, once, transition, cellOf, columns, compounds }: Layout,
  single: boolean,
  add: (cell: number) => void,
) {
  const states = transition < 0 ? 0 : (columns[transition].categories ?? []).length + 1
  interface Sequence {
    previous: number
    rows: number
    seen: Uint8Array
  }
  const totalOf = new Int32Array(columns.length).fill(-1)
  for (const { column, first, size } of compounds) totalOf[column] = first + size
  const open = new Map<number, Sequence>()
  let sequence: Sequence = { previous: -1, rows: 0, seen: new Uint8Array(0) }
  return {
    begin: () => open.clear(),
    row(row: number, id: number): void {
      let found = open.get(id)
      if (found === undefined) {
        found = { previous: -1, rows: 0, seen: new Uint8Array(columns.length) }
        open.set(id, found)
      }
      sequence = found
      if (sequence.rows > 0 && !single) add(CONTINUED)
      sequence.rows += 1
      for (const column of nominal) {
        const code = values[column][row]
        if (code < 0 || (once[column] === 1 && sequence.seen[column] === 1)) continue
        const block = column === transition ? sequence.previous + 1 : 0
        add(cellOf[column] + block * states + code)
        if (totalOf[column] >= 0) add(totalOf[column])
        if (column === transition) sequence.previous = code
      }
    },
    /** Whether a numeric column of this row counts. */
    counts: (column: number) => once[column] === 0 || sequence.seen[column] === 0,
    rowDone(row: number): void {
      for (let column = 0; column < columns.length; column++) {
        const value = values[column][row]
        if (columns[column].kind === 'nominal' ? value >= 0 : Number.isFinite(value))
          sequence.seen[column] = 1
      }
    },
    end(): void {
      if (!single) for (let left = open.size; left > 0; left--) add(ENDED)
    },
  }
}

/** Rows ordered by group and otherwise as given, by counting. */
function rowsByGroup(total: number, owner: Int32Array, sequences: Int32Array | null) {
  if (total === 0) throw codedError('NO_ROWS', 'No rows were given, wanted at least one.')
  for (const [name, given] of Object.entries({ groups: owner, sequences: sequences ?? owner })) {
    if (given.length === total) continue
    throw codedError('SIZE_MISMATCH', `${name} names ${given.length} rows, wanted ${total}.`)
  }
  let most = -1
  for (const group of owner) {
    if (group < 0) throw codedError('INVALID_VALUE', `A row is of group ${group}, wanted 0 or more.`)
    if (group > most) most = group
  }
  const rows = new Int32Array(most + 1)
  for (const group of owner) rows[group] += 1
  const empty = rows.indexOf(0)
  if (empty >= 0) {
    throw codedError(
      'INVALID_VALUE',
      `Group ${empty} of ${most + 1} has no rows, wanted groups numbered without gaps.`,
    )
  }
  const firsts = new Int32Array(most + 1)
  for (let group = 1; group <= most; group++) firsts[group] = firsts[group - 1] + rows[group - 1]
  const next = firsts.slice()
  const order = new Int32Array(total)
  for (let row = 0; row < total; row++) order[next[owner[row]]++] = row
  return { order, rows, firsts }
}
