import assert from 'node:assert/strict'
import { type Bench, newRun, point } from './bench.ts'

export const historySpecifications = ({ specification }: Bench): void => {
  specification('gives the history of one metric in the order of steps', async tracking => {
    const { id } = await newRun(tracking)
    await tracking.log(id, {
      metrics: [point('a', 3, 30), point('b', 9, 5), { ...point('a', 1, 10), at: 5 }],
    })
    await tracking.log(id, { metrics: [{ ...point('a', 2, 20), at: 1_800_000_000_000 }] })
    const series = await tracking.metricHistory(id, 'a')
    assert.deepEqual(series, {
      name: 'a',
      points: [
        { ...point('a', 1, 10), at: 5 },
        { ...point('a', 2, 20), at: 1_800_000_000_000 },
        point('a', 3, 30),
      ],
      total: 3,
    })
    assert.deepEqual(await tracking.metricHistory(id, 'c'), { name: 'c', points: [], total: 0 })
  })

  specification(
    'downsamples a long history to its first, last, lowest and highest points',
    async tracking => {
      const { id } = await newRun(tracking)
      const value = (step: number) => (step === 1234 ? 50 : step === 2345 ? -50 : Math.sin(step / 100))
      const metrics = Array.from({ length: 3000 }, (_, step) => point('m', value(step), step))
      await tracking.log(id, { metrics })
      const { points, total } = await tracking.metricHistory(id, 'm', { maxPoints: 100 })
      assert.equal(total, 3000)
      assert.ok(points.length > 50 && points.length <= 100, `${points.length} points`)
      for (const step of [0, 1234, 2345, 2999]) assert.ok(points.some(point => point.step === step))
      const steps = points.map(({ step }) => step)
      assert.deepEqual(
        steps,
        [...new Set(steps)].sort((a, b) => a - b),
      )
      for (const kept of points) assert.deepEqual(kept, metrics[kept.step])
    },
  )

  specification('gives a history that is short enough whole', async tracking => {
    const { id } = await newRun(tracking)
    const metrics = [1, 2, 3, 4, 5].map(step => point('m', 5, step))
    await tracking.log(id, { metrics })
    assert.deepEqual((await tracking.metricHistory(id, 'm', { maxPoints: 5 })).points, metrics)
    assert.deepEqual(await tracking.metricHistory(id, 'm', { maxPoints: 1 }), {
      name: 'm',
      points: [metrics[4]],
      total: 5,
    })
    for (const maxPoints of [0, -1, Number.NaN]) {
      await assert.rejects(tracking.metricHistory(id, 'm', { maxPoints }), { code: 'INVALID_ARGUMENT' })
    }
  })
}
