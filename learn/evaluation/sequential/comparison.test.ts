import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import { type Comparison, type ComparisonOptions, createComparison, loadComparison } from './comparison.ts'

/** Decisions over `runs` streams of `n` differences; `next` makes a stream. */
function decisions(
  runs: number,
  n: number,
  next: (seed: string) => (i: number) => number,
  options: ComparisonOptions = {},
): { challenger: number; champion: number } {
  const count = { challenger: 0, champion: 0 }
  for (let run = 0; run < runs; run++) {
    const comparison = createComparison(options)
    const difference = next(`run ${run}`)
    for (let i = 0; i < n; i++) comparison.update(difference(i), 0)
    const { decided } = comparison.value()
    if (decided === 'CHALLENGER') count.challenger += 1
    if (decided === 'CHAMPION') count.champion += 1
  }
  return count
}

function noise(seed: string): () => number {
  const random = createRandom(seed)
  return () => 0.03 * random.normal()
}

function autoregressive(rho: number): (seed: string) => () => number {
  return seed => {
    const random = createRandom(seed)
    let x = 0
    return () => {
      x = rho * x + 0.03 * random.normal()
      return x
    }
  }
}

describe('a comparison of two forecasters', () => {
  test('finds a gain of .001 in noise of .03 within 50,000 events', () => {
    const gain = (seed: string) => {
      const draw = noise(seed)
      return () => 0.001 + draw()
    }
    assert.deepEqual(decisions(10, 50_000, gain), { challenger: 10, champion: 0 })
  })

  test('keeps a champion whose loss is smaller', () => {
    const loss = (seed: string) => {
      const draw = noise(seed)
      return () => draw() - 0.002
    }
    assert.deepEqual(decisions(3, 50_000, loss), { challenger: 0, champion: 3 })
  })

  test('takes dependent differences for what they are', () => {
    // The same runs judged as if independent promote in about every second of them.
    assert.ok(decisions(20, 60_000, autoregressive(0.9), { lag: 256 }).challenger <= 2)
  })

  for (const length of [300, 1000, 4096, 14_000]) {
    test(`is not fooled by regimes of ${length} events that cancel`, () => {
      const regimes = (seed: string) => {
        const draw = noise(seed)
        return (i: number) => (Math.floor(i / length) % 2 === 0 ? 0.02 : -0.02) + draw()
      }
      assert.deepEqual(decisions(2, 100_000, regimes), { challenger: 0, champion: 0 })
    })
  }

  test('is not fooled by rare large losses that have not come yet', () => {
    const rare = (seed: string) => {
      const random = createRandom(seed)
      return () => (random.next() < 0.003 ? 3 * Math.log(1 - random.next()) : 0) + 0.009
    }
    assert.ok(decisions(20, 60_000, rare).challenger <= 2)
  })

  test('decides where its interval leaves out zero, and only there', () => {
    for (const skew of [0, 1, -1]) {
      const random = createRandom(`skew ${skew}`)
      const comparison = createComparison({ lag: 16 })
      let before: Comparison | null = comparison
      for (let i = 0; i < 20_000 && before; i++) {
        const rare = random.next() < 0.05 ? skew : 0
        comparison.update(0.06 * random.normal() + rare - 0.05 * skew + 0.002, 0)
        const { lower, upper, decided, eValue, wanted } = comparison.value()
        assert.equal(
          decided,
          lower > 0 ? 'CHALLENGER' : upper < 0 ? 'CHAMPION' : null,
          `${i}: ${lower} ${upper}`,
        )
        assert.equal(decided !== null, eValue >= wanted * (1 - 1e-12))
        if (decided) before = null
      }
    }
  })

  test('says nothing before sixteen lags, and keeps its first decision', () => {
    const comparison = createComparison({ lag: 10 })
    for (let i = 0; i < 159; i++) comparison.update(1 + (i % 2) / 10, 0)
    assert.deepEqual(
      { ...comparison.value(), meanDifference: 0 },
      {
        n: 159,
        skipped: 0,
        meanDifference: 0,
        lower: -Infinity,
        upper: Infinity,
        eValue: 1,
        logE: 0,
        wanted: 20,
        decided: null,
        decidedAt: null,
      },
    )
    comparison.update(1, 0)
    assert.equal(comparison.value().decidedAt, 160)
    for (let i = 0; i < 1000; i++) comparison.update(0, 9)
    assert.deepEqual([comparison.value().decided, comparison.value().decidedAt], ['CHALLENGER', 160])
  })

  test('leaves out losses that are no finite numbers, and clips the others', () => {
    const comparison = createComparison({ bound: 2 })
    for (const [champion, challenger] of [
      [Number.NaN, 0],
      [0, Infinity],
      [Infinity, Infinity],
    ] as const) {
      comparison.update(champion, challenger)
    }
    comparison.update(100, 0)
    comparison.update(0, 1)
    const { n, skipped, meanDifference } = comparison.value()
    assert.deepEqual([n, skipped, meanDifference], [2, 3, 0.5])
  })

  test('wants more evidence of each of several challengers', () => {
    const alone = createComparison({ lag: 64 })
    const among = createComparison({ lag: 64, challengers: 5 })
    const draw = noise('several')
    for (let i = 0; i < 5000; i++) {
      const difference = draw()
      alone.update(difference, 0)
      among.update(difference, 0)
    }
    assert.equal(among.value().wanted, 100)
    assert.ok(among.value().lower < alone.value().lower)
  })

  test('continues bit for bit after it was saved anywhere', () => {
    const draw = autoregressive(0.5)('saved')
    const straight = createComparison({ lag: 32, bound: 0.05 })
    let broken = createComparison({ lag: 32, bound: 0.05 })
    for (let i = 0; i < 3000; i++) {
      const difference = draw() + 0.004
      straight.update(difference, 0)
      broken.update(difference, 0)
      if (i % 371 === 0) broken = loadComparison(createStateReader(saved(broken)))
    }
    assert.deepEqual(broken.value(), straight.value())
    assert.deepEqual(new Uint8Array(saved(broken)), new Uint8Array(saved(straight)))
    assert.notEqual(straight.value().decided, null)
  })

  test('refuses impossible options and damaged states', () => {
    for (const options of [{ alpha: 0 }, { alpha: 1 }, { bound: 0 }, { lag: 0.5 }, { challengers: 0 }]) {
      assert.throws(() => createComparison(options), { code: 'INVALID_PARAMETER' })
    }
    const state = saved(createComparison())
    new DataView(state).setFloat64(1, 7, true)
    assert.throws(() => loadComparison(createStateReader(state)), { code: 'CHECKPOINT_CORRUPT' })
    assert.throws(() => loadComparison(createStateReader(state.slice(0, 20))), { code: 'CHECKPOINT_CORRUPT' })
  })
})

function saved(comparison: Comparison): ArrayBuffer {
  const out = createStateWriter()
  comparison.save(out)
  return out.finish()
}
