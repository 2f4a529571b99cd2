import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createPageBudget } from './page-budget.ts'
import type { ResultView } from './result-view.ts'

const page = (bytes: number) => async () => ({ view: { rowCount: bytes } as ResultView, bytes })

describe('the budget of pages', () => {
  it('refuses pages of a request that has had its part, and not those of others', async () => {
    const budget = createPageBudget({ maxRequestBytes: 10 })
    const [one, other] = [{}, {}]
    const taken = await Promise.allSettled(Array.from({ length: 5 }, () => budget.take(one, page(6))))
    assert.deepEqual(
      taken.map(each => (each.status === 'rejected' ? each.reason.code : each.value.rowCount)),
      [6, 6, 'SQL_BUSY', 'SQL_BUSY', 'SQL_BUSY'],
    )
    assert.equal((await budget.take(other, page(6))).rowCount, 6)
  })

  it('lets pages wait until others are answered, and refuses those that wait too long', async () => {
    const patient = createPageBudget({ maxBytes: 10, holdMs: 20 })
    let isRead = false
    await patient.take({}, page(10))
    const waiting = patient.take({}, async () => {
      isRead = true
      return page(1)()
    })
    await new Promise(setImmediate)
    assert.equal(isRead, false)
    await waiting
    const impatient = createPageBudget({ maxBytes: 10, holdMs: 5000, waitMs: 10 })
    await impatient.take({}, page(10))
    await assert.rejects(impatient.take({}, page(1)), { code: 'SQL_BUSY' })
  })

  it('reads one page at a time, also after one that failed', async () => {
    const budget = createPageBudget()
    let reading = 0
    const read = async () => {
      assert.equal(++reading, 1)
      await new Promise(setImmediate)
      reading--
      return page(1)()
    }
    await assert.rejects(
      budget.take({}, () => Promise.reject(new Error('lost'))),
      /lost/,
    )
    await Promise.all([budget.take({}, read), budget.take({}, read), budget.take({}, read)])
  })
})
