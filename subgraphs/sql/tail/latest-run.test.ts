import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLatestRun } from './latest-run.ts'

describe('shared runs', () => {
  it('give each caller one that began after its call, one at a time', async () => {
    const open: ((value: number) => void)[] = []
    const run = createLatestRun(() => new Promise<number>(resolve => open.push(resolve)))
    const first = run()
    const [second, third] = [run(), run()]
    assert.equal(open.length, 1)
    open[0]!(1)
    assert.equal(await first, 1)
    await new Promise(setImmediate)
    assert.equal(open.length, 2)
    const fourth = run()
    open[1]!(2)
    assert.deepEqual([await second, await third], [2, 2])
    await new Promise(setImmediate)
    open[2]!(3)
    assert.equal(await fourth, 3)
    assert.equal(open.length, 3)
  })

  it('go on after one that failed', async () => {
    let count = 0
    const run = createLatestRun(async () => {
      if (++count === 1) throw new Error('first')
      return count
    })
    const [failed, next] = [run(), run()]
    await assert.rejects(failed, /first/)
    assert.equal(await next, 2)
    assert.equal(await run(), 3)
  })
})
