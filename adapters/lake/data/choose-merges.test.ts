import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataFile } from '#ports/lake.ts'
import { chooseMerges } from './choose-merges.ts'

const RULES = { targetBytes: 64 << 20, minFiles: 8, restMs: 3_600_000, now: 0 }
const COMMIT_MS = 3000

const file = (path: string, sizeBytes: number, modifiedAt: number, day = '2026-01-05'): DataFile => ({
  path,
  sizeBytes,
  modifiedAt,
  partition: { day },
  stats: null,
})

/** A commit every three seconds into the day that it is, and a compaction after each, as the sink does. */
const simulate = (
  commits: number,
  { startMs = 0, sizeOf }: { startMs?: number; sizeOf: (n: number) => number },
) => {
  let files: DataFile[] = []
  let most = 0
  let rewritten = 0
  let written = 0
  let now = startMs
  for (let n = 0; n < commits; n++) {
    now = startMs + n * COMMIT_MS
    const size = sizeOf(n)
    written += size
    files.push(file(`c${n}`, size, now, new Date(now).toISOString().slice(0, 10)))
    for (;;) {
      const [merge] = chooseMerges(files, { ...RULES, now })
      if (merge === undefined) break
      const gone = new Set(merge.map(({ path }) => path))
      const bytes = merge.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      rewritten += bytes
      // Larger files compress better.
      files = files.filter(({ path }) => !gone.has(path))
      files.push(
        file(`m${n}-${files.length}`, Math.ceil(bytes * 0.95), now, String(merge[0]?.partition['day'])),
      )
    }
    most = Math.max(most, files.length)
  }
  return { files, most, rewrites: rewritten / written }
}

test('an hour at 60 events a second with a commit every 3 s leaves at most 20 files, at any moment', () => {
  const { most, rewrites } = simulate(1200, { sizeOf: n => 30_000 + ((n * 7919) % 5000) })
  assert.ok(most <= 20, `${most} files`)
  assert.ok(rewrites <= Math.log2(1200), `each byte written ${rewrites} times`)
})

test('commits of very different sizes stay few files, too', () => {
  const { most, rewrites } = simulate(3000, { sizeOf: n => 2 ** ((n * 7919) % 21) })
  assert.ok(most <= 30, `${most} files`)
  assert.ok(rewrites <= 12, `each byte written ${rewrites} times`)
})

test('two days leave one partition at rest with one file', () => {
  const startMs = Date.parse('2026-01-05T22:00:00Z')
  const { files, most } = simulate(4 * 1200, { startMs, sizeOf: () => 30_000 })
  assert.equal(files.filter(({ partition }) => partition['day'] === '2026-01-05').length, 1)
  assert.ok(most <= 35, `${most} files in two partitions`)
})

test('files that reached the target are left alone, and a full day becomes files near the target', () => {
  const { files, rewrites } = simulate(28_800, {
    startMs: Date.parse('2026-01-05T00:00:00Z'),
    sizeOf: () => 30_000,
  })
  const large = files.filter(({ sizeBytes }) => sizeBytes >= RULES.targetBytes)
  assert.ok(large.length >= 5 && large.every(({ sizeBytes }) => sizeBytes < 2 * RULES.targetBytes))
  assert.ok(rewrites <= Math.log2(28_800), `each byte written ${rewrites} times`)
})

test('nothing is merged across partitions, nor where there is nothing to win', () => {
  const now = 10 * RULES.restMs
  const spread = Array.from({ length: 30 }, (_, index) => file(`f${index}`, 1000, 0, `2026-01-${10 + index}`))
  assert.deepEqual(chooseMerges(spread, { ...RULES, now }), [])
  const fresh = Array.from({ length: 7 }, (_, index) => file(`f${index}`, 1000, now))
  assert.deepEqual(chooseMerges(fresh, { ...RULES, now }), [])
  const large = Array.from({ length: 20 }, (_, index) => file(`f${index}`, RULES.targetBytes, 0))
  assert.deepEqual(chooseMerges(large, { ...RULES, now }), [])
})
