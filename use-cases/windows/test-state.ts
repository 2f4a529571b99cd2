import type { WindowSink, WindowSource } from './state-port.ts'

/** A state in memory that is written once and read once, for the tests of this folder. */
export function createTestState(): WindowSink & WindowSource & { written: unknown[]; isRead(): boolean } {
  const written: unknown[] = []
  let at = 0
  const take = () => written[at++]
  function u32(): number
  function u32(value: number): void
  function u32(value?: number): number | undefined {
    if (value === undefined) return take() as number
    written.push(value)
    return undefined
  }
  function str(): string
  function str(value: string): void
  function str(value?: string): string | undefined {
    if (value === undefined) return take() as string
    written.push(value)
    return undefined
  }
  function bytes(): Uint8Array
  function bytes(values: Uint8Array): void
  function bytes(values?: Uint8Array): Uint8Array | undefined {
    if (values === undefined) return take() as Uint8Array
    written.push(new Uint8Array(values))
    return undefined
  }
  return { written, u32, str, bytes, isRead: () => at === written.length }
}
