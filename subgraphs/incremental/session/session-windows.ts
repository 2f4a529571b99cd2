import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createEntityWindows, loadEntityWindows } from '#use-cases/windows/entity-windows.ts'
import { createWindowsText } from '#use-cases/windows/windows-text.ts'
import type { ValidEvent } from './engine-api.ts'

/** The entity windows of a session, in the forms in which its engine tells them. */
export interface SessionWindows {
  /** `windows` of a prediction record as JSON, as of just before the event; undefined where none are declared. */
  told(event: ValidEvent): string | undefined
  /** The same as a member of an object. */
  peeked(event: ValidEvent): { windows?: Record<string, number> }
  add(event: ValidEvent): void
  save(out: StateWriter): void
}

/** Reads what `save` wrote; windows of a checkpoint of version 0.1, which has none, begin with what comes after it. */
export function openSessionWindows(useCase: UseCase, input: StateReader | undefined): SessionWindows {
  const windows = input?.more() ? loadEntityWindows(useCase, input) : createEntityWindows(useCase)
  const isEmpty = windows.names.length === 0
  const textOf = createWindowsText(windows.names)
  const values = new Float64Array(windows.names.length)

  const text = ({ event, timeMs }: ValidEvent) => textOf(windows.values(event, timeMs, values))

  return {
    told: event => (isEmpty ? undefined : text(event)),
    peeked: event => (isEmpty ? {} : { windows: JSON.parse(text(event)) as Record<string, number> }),
    add: ({ event, timeMs }) => windows.add(event, timeMs),
    save(out) {
      if (!isEmpty) windows.save(out)
    },
  }
}
