import { createStateReader, type StateReader } from '../state/reader.ts'
import { createStateWriter, type StateWriter } from '../state/writer.ts'

/** Saves and loads again, and demands that nothing is left over. */
export function reloaded<T extends { save(out: StateWriter): void }>(
  state: T,
  load: (input: StateReader) => T,
): T {
  const input = createStateReader(bytesOf(state))
  const loaded = load(input)
  input.end()
  return loaded
}

export function bytesOf(state: { save(out: StateWriter): void }): ArrayBuffer {
  const out = createStateWriter()
  state.save(out)
  return out.finish()
}
