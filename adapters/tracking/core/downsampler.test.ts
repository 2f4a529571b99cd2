import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MetricPoint } from '#ports/tracking.ts'
import { createDownsampler } from './downsampler.ts'

const seriesOf = (values: readonly number[]): MetricPoint[] =>
  values.map((value, step) => ({ name: 'm', value, step, at: step }))

const downsample = (
  points: readonly MetricPoint[],
  maxPoints?: number,
  expected = points.length,
): MetricPoint[] => {
  const downsampler = createDownsampler(expected, maxPoints)
  for (const point of points) downsampler.add(point)
  assert.equal(downsampler.total, points.length)
  return downsampler.points()
}

const values = fc.array(fc.double({ noDefaultInfinity: false }), { maxLength: 200 })

test('a downsampled series is a part of the series, in order, with its first, last, lowest and highest points', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 4, max: 60 }), (numbers, maxPoints) => {
      const points = seriesOf(numbers)
      const kept = downsample(points, maxPoints)
      assert.ok(kept.length <= maxPoints)
      for (const [i, point] of kept.entries()) {
        assert.equal(point, points[point.step])
        if (i > 0) assert.ok(point.step > kept[i - 1]!.step)
      }
      assert.equal(kept[0], points[0])
      assert.equal(kept.at(-1), points.at(-1))
      const compared = (all: readonly MetricPoint[]) =>
        all.map(({ value }) => value).filter(value => !Number.isNaN(value))
      assert.equal(Math.max(...compared(kept)), Math.max(...compared(points)))
      assert.equal(Math.min(...compared(kept)), Math.min(...compared(points)))
      if (points.length <= maxPoints) assert.deepEqual(kept, points)
    }),
    { seed: 1 },
  )
})

test('a limit below four keeps the last, then the first', () => {
  const points = seriesOf([1, 9, -9, 2])
  const steps = (maxPoints: number) => downsample(points, maxPoints).map(({ step }) => step)
  assert.deepEqual([steps(1), steps(2), steps(3), steps(3.9)], [[3], [0, 3], [0, 3], [0, 3]])
})

test('a stretch without any number keeps one NaN in its place', () => {
  const points = seriesOf([1, ...Array.from({ length: 50 }, () => Number.NaN), 2, 3, 4, 5, 6])
  const kept = downsample(points, 12)
  assert.ok(kept.some(({ value }) => Number.isNaN(value)))
  assert.ok(kept.length <= 12)
})

test('a series that grows while it is read stays within the limit', () => {
  const points = seriesOf(Array.from({ length: 30 }, (_, i) => Math.cos(i)))
  for (const expected of [5, 10, 20, 30])
    assert.ok(downsample(points, 10, expected).length <= 10, `${expected}`)
  assert.deepEqual(downsample(points, 30, 5), points)
})

test('a limit that is none is refused', () => {
  for (const maxPoints of [0, -1, Number.NaN, 0.5]) {
    assert.throws(() => createDownsampler(1, maxPoints), { code: 'INVALID_ARGUMENT' })
  }
})
