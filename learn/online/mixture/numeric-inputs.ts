import type { Random } from '../../math/random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Cells } from './cells.ts'
import { createNormalScores } from './normal-scores.ts'
import { createNumericGuard } from './numeric-guard.ts'

/** What classes see of a numeric value, given the kind of its event (a category code, -1 for none). */
export interface NumericInputs {
  score(column: number, kind: number, value: number): number
  observe(column: number, kind: number, value: number): void
  save(out: StateWriter): void
}

/** Normal scores; clipped values for learners saved in the first format, whose sums are made of those. */
export function createNumericInputs(cells: Cells, random: Random, input?: StateReader): NumericInputs {
  if (!cells.clipped) return createNormalScores(random, input)
  const guard = createNumericGuard(cells.numerics, input)
  return {
    score: (column, _, value) => guard.guard(column, value),
    observe: (column, _, value) => guard.observe(column, value),
    save: out => guard.save(out),
  }
}
