/** Answer of a bench to one question, as `--json` prints it. */
export interface BenchResult {
  name: string
  ours: number
  /** The same on a peer in the same run; null where none can run here. */
  peer: number | null
  /** `ours / peer`; null without a peer. */
  ratio: number | null
  /** Of `ours` and `peer`, such as `events/s`. */
  unit: string
  /** What was done, how often, and how the figure was drawn from it. */
  method: string
  /** What it ran on. */
  environment: Readonly<Record<string, string | number>>
}
