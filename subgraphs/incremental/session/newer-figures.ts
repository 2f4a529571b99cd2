import type { SessionFigures } from './session-figures.ts'

/**
 * Whether figures tell of a later moment of a session than those that are known. What was read only grows, whoever runs it;
 * the clocks of two processes may differ, so they count only between figures of the same progress.
 */
export function areNewer(given: SessionFigures, known: SessionFigures): boolean {
  return read(given) - read(known) > 0 || (read(given) === read(known) && since(given) > since(known))
}

/** Records that count in the progress; -1 while nothing is known. */
function read({ progress }: SessionFigures): number {
  if (!progress) return -1
  const { sequence, labelled, rejected, duplicates } = progress
  return sequence + labelled + rejected + duplicates
}

function since({ metricsAt }: SessionFigures): number {
  return metricsAt ?? 0
}
