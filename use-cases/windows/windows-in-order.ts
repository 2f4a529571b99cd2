import type { UseCase } from '../define.ts'
import type { JsonEvent } from '../generator.ts'
import { createEntityWindows } from './entity-windows.ts'

/** An event with its time in Unix milliseconds. */
export interface TimedEvent {
  event: JsonEvent
  timeMs: number
}

/**
 * Point-in-time values for stored events: for each the values as of just before it. Events must come in the order of
 * (event time, partition, offset), in which a stream that arrives in order was seen online too. The same array is given
 * each time: copy what is to be kept.
 */
export function* windowsInOrder(
  useCase: Pick<UseCase, 'windows'>,
  events: Iterable<TimedEvent>,
): Generator<Float64Array, void> {
  const windows = createEntityWindows(useCase)
  const values = new Float64Array(windows.names.length)
  for (const { event, timeMs } of events) {
    yield windows.values(event, timeMs, values)
    windows.add(event, timeMs)
  }
}
