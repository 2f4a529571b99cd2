import assert from 'node:assert/strict'
import { type Bench, newRun, point } from './bench.ts'

export const entrySpecifications = ({ specification }: Bench): void => {
  specification('a param keeps its first value, and logging that again changes nothing', async tracking => {
    const { id } = await newRun(tracking, { params: { seed: '1' } })
    await tracking.log(id, { params: { seed: '1', rate: '200' } })
    await assert.rejects(tracking.log(id, { params: { seed: '2' } }), { code: 'TRACKING_REFUSED' })
    assert.deepEqual((await tracking.run(id))?.params, { rate: '200', seed: '1' })
  })

  specification('a tag takes its newest value', async tracking => {
    const { id } = await newRun(tracking, { tags: { stage: 'warm-up' } })
    await tracking.log(id, { tags: { stage: 'live', other: '1' } })
    const { tags } = (await tracking.run(id))!
    assert.deepEqual([tags['stage'], tags['other']], ['live', '1'])
  })

  specification('shows the last point of each metric: by step, then time, then value', async tracking => {
    const { id } = await newRun(tracking)
    await tracking.log(id, {
      metrics: [
        point('F1', 0.5, 100),
        point('F1', 0.75, 300),
        point('F1', 0.25, 200),
        point('loss', 1e-300, -5),
      ],
    })
    await tracking.log(id, { metrics: [point('F1', 0.9, 250), { ...point('loss', 2, -5), at: 1 }] })
    assert.deepEqual((await tracking.run(id))?.metrics, [point('F1', 0.75, 300), point('loss', 1e-300, -5)])
    await tracking.log(id, { metrics: [point('F1', 0.8, 300)] })
    assert.deepEqual((await tracking.run(id))?.metrics[0], point('F1', 0.8, 300))
  })

  specification('keeps NaN, infinities and every bit of a number', async tracking => {
    const { id } = await newRun(tracking)
    const values = [Number.NaN, Infinity, -Infinity, 0.1 + 0.2, 5e-324, 1 / 3, -1e21, 123_456_789]
    await tracking.log(id, { metrics: values.map((value, step) => point('m', value, step)) })
    const { points } = await tracking.metricHistory(id, 'm')
    assert.deepEqual(
      points.map(({ value }) => value),
      values,
    )
    await tracking.log(id, {
      metrics: [point('last', 1, 1), point('last', Number.NaN, 2), point('inf', -Infinity)],
    })
    const { metrics } = (await tracking.run(id))!
    assert.deepEqual(
      metrics.map(({ name, value }) => [name, value]),
      [
        ['inf', -Infinity],
        ['last', Number.NaN],
        ['m', 123_456_789],
      ],
    )
  })

  specification('does not double a point that is logged again', async tracking => {
    const { id } = await newRun(tracking)
    const metrics = [point('F1', 0.5, 1), point('F1', Number.NaN, 2), point('F1', 0.75, 3)]
    await tracking.log(id, { metrics: [...metrics, ...metrics] })
    await tracking.log(id, { metrics: [...metrics, point('F1', 1, 4)] })
    const { points, total } = await tracking.metricHistory(id, 'F1')
    assert.deepEqual(points, [...metrics, point('F1', 1, 4)])
    assert.equal(total, 4)
  })

  specification('takes more entries at once than a request of the engine may hold', async tracking => {
    const { id } = await newRun(tracking)
    const named = (prefix: string) =>
      Object.fromEntries(
        Array.from({ length: 230 }, (_, i) => [`${prefix}${String(i).padStart(3, '0')}`, `${i}`]),
      )
    const metrics = Array.from({ length: 2300 }, (_, step) => point('m', Math.sin(step), step))
    await tracking.log(id, { params: named('p'), tags: named('t'), metrics })
    const run = (await tracking.run(id))!
    assert.deepEqual(run.params, named('p'))
    assert.equal(Object.keys(run.tags).filter(key => /^t\d/.test(key)).length, 230)
    assert.deepEqual((await tracking.metricHistory(id, 'm')).points, metrics)
  })

  specification('takes entries from several callers at once', async tracking => {
    const { id } = await newRun(tracking)
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        tracking.log(id, {
          metrics: [point('shared', i, i), point(`own ${i}`, i)],
          tags: { [`by ${i}`]: 'x' },
        }),
      ),
    )
    assert.equal((await tracking.metricHistory(id, 'shared')).total, 8)
    assert.equal((await tracking.run(id))?.metrics.length, 9)
  })

  specification(
    'refuses what the engine would refuse or cut short, and writes nothing of it',
    async tracking => {
      const { id, tags } = await newRun(tracking)
      const invalid = { code: 'INVALID_ARGUMENT' }
      const good = point('good', 1)
      for (const name of ['', '../up', '/root', 'a//b', 'a/.', 'percent%', 'x'.repeat(251)]) {
        await assert.rejects(tracking.log(id, { metrics: [good, point(name, 1)] }), invalid, name)
        await assert.rejects(tracking.log(id, { params: { [name]: '1' } }), invalid, name)
        await assert.rejects(tracking.log(id, { tags: { [name]: '1' } }), invalid, name)
      }
      await assert.rejects(tracking.log(id, { params: { long: 'x'.repeat(6001) } }), invalid)
      await assert.rejects(tracking.log(id, { tags: { long: 'x'.repeat(8001) } }), invalid)
      for (const bad of [{ step: 0.5 }, { step: 2 ** 60 }, { at: -1 }, { at: Number.NaN }]) {
        await assert.rejects(tracking.log(id, { metrics: [good, { ...good, ...bad }] }), invalid)
      }
      const run = (await tracking.run(id))!
      assert.deepEqual([run.metrics, run.params, run.tags], [[], {}, tags])
      await tracking.log(id, { params: { long: 'x'.repeat(6000) }, tags: { long: 'y'.repeat(8000) } })
      assert.equal((await tracking.run(id))?.params['long']?.length, 6000)
    },
  )
}
