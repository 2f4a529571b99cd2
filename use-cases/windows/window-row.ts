import type { UseCase } from '../define.ts'

/** Recorded values by name, in the order in which the use case declares its windows; NaN where there is none. */
export function windowRow(
  { windows }: Pick<UseCase, 'windows'>,
  recorded: Readonly<Record<string, number | null>> | null | undefined,
): Float64Array {
  return Float64Array.from(windows, ({ name }) => recorded?.[name] ?? NaN)
}
