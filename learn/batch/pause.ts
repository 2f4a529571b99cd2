import { codedError } from '../coded-error.ts'

/** Lets the event loop run once, so that messages and timers come through. Throws STOPPED when the signal is aborted. */
export async function pause(signal?: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => setImmediate(resolve))
  if (signal?.aborted) throw codedError('STOPPED', 'The training was stopped before it had finished.')
}
