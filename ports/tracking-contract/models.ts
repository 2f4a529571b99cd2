import assert from 'node:assert/strict'
import { ABSENT_RUN, type Bench, newName, newRun } from './bench.ts'

export const modelSpecifications = ({ specification }: Bench): void => {
  specification('counts the versions of a model from 1 and lists them newest first', async tracking => {
    const { models } = tracking
    const model = newName('TFD model')
    const { id: runId } = await newRun(tracking)
    assert.deepEqual(await models.versions(model), [])
    const before = Date.now()
    const first = await models.createVersion({
      model,
      runId,
      artifactPath: 'checkpoints/1.bin',
      description: 'the first',
      tags: { useCase: 'TFD' },
    })
    const { createdAt, ...rest } = first
    assert.ok(createdAt >= before && createdAt <= Date.now())
    assert.deepEqual(rest, {
      model,
      version: 1,
      runId,
      artifactPath: 'checkpoints/1.bin',
      description: 'the first',
      tags: { useCase: 'TFD' },
      aliases: [],
    })
    const second = await models.createVersion({ model, runId, artifactPath: 'checkpoints/2.bin' })
    assert.deepEqual([second.version, second.description, second.tags], [2, null, {}])
    assert.deepEqual(await models.versions(model), [second, first])
  })

  specification('numbers versions without a hole or a double when many register at once', async tracking => {
    const model = newName('model')
    const { id: runId } = await newRun(tracking)
    const made = await Promise.all(
      Array.from({ length: 4 }, () => tracking.models.createVersion({ model, runId, artifactPath: 'm' })),
    )
    assert.deepEqual(made.map(({ version }) => version).sort(), [1, 2, 3, 4])
    assert.equal((await tracking.models.versions(model)).length, 4)
  })

  specification('points an alias at one version of a model at a time', async tracking => {
    const { models } = tracking
    const model = newName('model')
    const other = newName('model')
    const { id: runId } = await newRun(tracking)
    for (const artifactPath of ['a', 'b']) await models.createVersion({ model, runId, artifactPath })
    await models.createVersion({ model: other, runId, artifactPath: 'c' })
    assert.equal(await models.byAlias(model, 'champion'), null)
    await models.setAlias(model, 'champion', 1)
    await models.setAlias(model, 'challenger', 2)
    await models.setAlias(other, 'champion', 1)
    assert.deepEqual((await models.byAlias(model, 'champion'))?.artifactPath, 'a')
    assert.deepEqual(
      (await models.versions(model)).map(({ aliases }) => aliases),
      [['challenger'], ['champion']],
    )
    await models.setAlias(model, 'champion', 2)
    assert.deepEqual((await models.byAlias(model, 'champion'))?.aliases, ['challenger', 'champion'])
    await models.setAlias(model, 'challenger', null)
    await models.setAlias(model, 'challenger', null)
    assert.equal(await models.byAlias(model, 'challenger'), null)
    assert.deepEqual((await models.versions(model))[1]?.aliases, [])
    assert.equal((await models.byAlias(other, 'champion'))?.version, 1)
  })

  specification('says that a run, a model or a version does not exist', async tracking => {
    const { models } = tracking
    const model = newName('model')
    const missing = { code: 'NOT_FOUND' }
    await assert.rejects(models.createVersion({ model, runId: ABSENT_RUN, artifactPath: 'a' }), missing)
    assert.deepEqual(await models.versions(model), [])
    assert.equal(await models.byAlias(model, 'champion'), null)
    await assert.rejects(models.setAlias(model, 'champion', 1), missing)
    await models.setAlias(model, 'champion', null)
    const { id: runId } = await newRun(tracking)
    await models.createVersion({ model, runId, artifactPath: 'a' })
    await assert.rejects(models.setAlias(model, 'champion', 2), missing)
  })

  specification('refuses names and paths that cannot be', async tracking => {
    const { id: runId } = await newRun(tracking)
    const invalid = { code: 'INVALID_ARGUMENT' }
    for (const model of ['', ' ', 'a/b', 'a:b', '..']) {
      await assert.rejects(tracking.models.createVersion({ model, runId, artifactPath: 'a' }), invalid, model)
    }
    for (const artifactPath of ['', '/a', '../a']) {
      await assert.rejects(tracking.models.createVersion({ model: newName(), runId, artifactPath }), invalid)
    }
  })
}
