import type { EventLog } from '#ports/event-log.ts'

/** Records per second of topics, from how their high watermarks move; transactions move them further than their records. */
export interface Rates extends Disposable {
  /** Over the last seconds; 0 for a topic that is not known. */
  recordsPerSecond(topic: string): number
  /** Counts a topic by what `read` says instead. */
  count(topic: string, read: () => number): void
}

const SAMPLE_MS = 1000
const WINDOW_SAMPLES = 10

interface Sample {
  at: number
  ends: ReadonlyMap<string, number>
}

/** Samples the log once a second; the log answers from memory. */
export function createRates({ log, topics }: { log: EventLog; topics: readonly string[] }): Rates {
  const samples: Sample[] = []
  const counters = new Map<string, () => number>()
  const timer = setInterval(() => void sample(), SAMPLE_MS)
  timer.unref()
  void sample()

  async function sample(): Promise<void> {
    try {
      const infos = await log.topics(topics)
      const ends = infos.map(
        ({ name, partitions }) => [name, partitions.reduce((sum, { end }) => sum + end, 0)] as const,
      )
      samples.push({
        at: performance.now(),
        ends: new Map([...ends, ...[...counters].map(([name, read]) => [name, read()] as const)]),
      })
      if (samples.length > WINDOW_SAMPLES) samples.shift()
    } catch {
      // A log that is closing answers nothing; the last rates stay until the process ends.
    }
  }

  return {
    recordsPerSecond(topic) {
      const first = samples[0]
      const last = samples.at(-1)
      if (!first || !last || first === last) return 0
      const records = (last.ends.get(topic) ?? 0) - (first.ends.get(topic) ?? 0)
      return Math.max(0, records / ((last.at - first.at) / 1000))
    },
    count(topic, read) {
      counters.set(topic, read)
      samples.length = 0
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
