import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

/** What one run of the test runner came to; `tests/run.ts` adds several up. */
export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** Milliseconds spent in the tests of each file, by path from the root. */
  files: Record<string, number>
}

/** Reporter that writes a run's `Tally` as JSON once it is over. */
export default async function* tally(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const sum: Tally = { passed: 0, failed: 0, skipped: 0, files: {} }
  for await (const { type, data } of source) {
    if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0 && data.file) {
      const path = relative(process.cwd(), data.file)
      sum.files[path] = (sum.files[path] ?? 0) + data.details.duration_ms
    }
    // Summaries of single files come before that of the whole run, which names none.
    if (type !== 'test:summary' || data.file) continue
    const { tests, passed, skipped, todo } = data.counts
    sum.passed = passed
    sum.skipped = skipped + todo
    sum.failed = tests - passed - sum.skipped
  }
  yield JSON.stringify(sum)
}
