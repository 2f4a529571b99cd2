import type { Clock } from './clock.ts'

export interface TestClock extends Clock {
  /** Makes time pass without anybody having slept: a slow append, a suspended machine. */
  advance(ms: number): void
  /** Runs until the clock shows `ms` more than now; sleepers wake in order. */
  run(ms: number): Promise<void>
}

interface Sleeper {
  atMs: number
  wake(): void
}

/** Virtual wall time: nothing waits for real, and nothing moves unless told to. */
export function createTestClock(startMs: number): TestClock {
  let nowMs = startMs
  let sleepers: Sleeper[] = []
  return {
    now: () => nowMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        sleepers.push({ atMs: nowMs + ms, wake: resolve })
      })
    },
    advance(ms) {
      nowMs += ms
    },
    async run(ms) {
      const untilMs = nowMs + ms
      for (;;) {
        await settle()
        const due = sleepers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (!due) break
        sleepers = sleepers.filter(sleeper => sleeper !== due)
        nowMs = Math.max(nowMs, due.atMs)
        due.wake()
      }
      nowMs = Math.max(nowMs, untilMs)
    },
  }
}

/** Lets everything that can go on without time passing go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise(resolve => setImmediate(resolve))
}
