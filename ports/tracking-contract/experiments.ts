import assert from 'node:assert/strict'
import { type Bench, newName } from './bench.ts'

export const experimentSpecifications = ({ specification, closing }: Bench): void => {
  specification('makes an experiment once, whoever asks for it again', async tracking => {
    const name = newName('Transaction Fraud / "detection" é')
    const before = Date.now()
    const [experiment, ...others] = await Promise.all(
      Array.from({ length: 4 }, () => tracking.ensureExperiment(name)),
    )
    assert.equal(experiment!.name, name)
    assert.ok(experiment!.createdAt >= before - 1000 && experiment!.createdAt <= Date.now() + 1000)
    for (const other of [...others, await tracking.ensureExperiment(name)])
      assert.deepEqual(other, experiment)
  })

  specification('lists experiments, oldest first', async tracking => {
    const made = []
    for (let i = 0; i < 3; i += 1) made.push(await tracking.ensureExperiment(newName()))
    const ids = new Set(made.map(({ id }) => id))
    assert.deepEqual(
      (await tracking.experiments()).filter(({ id }) => ids.has(id)),
      made,
    )
  })

  specification('refuses a blank name', async tracking => {
    for (const name of ['', '  ']) {
      await assert.rejects(tracking.ensureExperiment(name), { code: 'INVALID_ARGUMENT' })
    }
  })

  closing('refuses to work once disposed of, and may be disposed of twice', async tracking => {
    await tracking[Symbol.asyncDispose]()
    await tracking[Symbol.asyncDispose]()
    const closed = { code: 'TRACKING_CLOSED' }
    await assert.rejects(tracking.ensureExperiment(newName()), closed)
    await assert.rejects(tracking.experiments(), closed)
    await assert.rejects(tracking.run('a'), closed)
    await assert.rejects(tracking.artifacts.list('a'), closed)
    await assert.rejects(tracking.models.versions('a'), closed)
  })
}
