import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TrainingUpdate } from '../training/training-result.ts'
import { specOf } from './test-result.ts'
import { startTrainingProcess, type TrainingLimits } from './training-process.ts'

const entry = new URL('./test-training.ts', import.meta.url)

function start(parameters: Record<string, string>, limits: TrainingLimits = {}) {
  const updates: TrainingUpdate[] = []
  const heard = Promise.withResolvers<void>()
  const training = startTrainingProcess({
    entry,
    start: { type: 'start', spec: specOf('TFD', { parameters }), useCase: 'TFD' },
    onUpdate(update) {
      updates.push(update)
      if (update.state === parameters['until']) heard.resolve()
    },
    limits,
  })
  return { training, updates, waits: heard.promise }
}

describe('a training process', { concurrency: 2 }, () => {
  it('gives its updates in order, then its result with files, and is gone', async () => {
    const { training, updates } = start({}, { niceness: 5 })
    const { files, metrics, manifest } = await training.result
    assert.equal(metrics['fbeta2'], 0.8)
    assert.equal(files.get('model/model.bin')?.byteLength, manifest.modelBytes)
    assert.deepEqual(
      [...new Set(updates.map(({ state }) => state))],
      ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING'],
    )
    assert.equal(updates.findLast(({ progress }) => progress.curve)?.progress.curve?.length, 5)
    await training.exited
    assert.throws(() => process.kill(training.pid as number, 0), { code: 'ESRCH' })
  })

  it('fails with the code that it says', async () => {
    await assert.rejects(start({ scenario: 'fails' }).training.result, {
      code: 'ONE_CLASS',
      message: 'One class only.',
    })
  })

  it('tells the error that ended it', async () => {
    await assert.rejects(start({ scenario: 'throws' }).training.result, {
      code: 'TRAINING_PROCESS_LOST',
      message: /ended with code 1 and without a result: RangeError: The tree has no leaf\.$/,
    })
  })

  it('that ends without a word is lost', async () => {
    await assert.rejects(start({ scenario: 'ends' }).training.result, {
      code: 'TRAINING_PROCESS_LOST',
      message: 'The training process ended with code 0 and without a result.',
    })
  })

  it('that is killed is lost, and says by which signal', async () => {
    const { training, waits } = start({ until: 'TRAINING' })
    await waits
    process.kill(training.pid as number, 'SIGKILL')
    await assert.rejects(training.result, { code: 'TRAINING_PROCESS_LOST', message: /SIGKILL/ })
    await training.exited
  })

  it('says that its memory did not do', async () => {
    await assert.rejects(start({ scenario: 'fills its memory' }, { memoryMb: 24 }).training.result, {
      code: 'TRAINING_OUT_OF_MEMORY',
      message: 'The training needed more memory than its limit of 24 MB.',
    })
  })

  it('stops when it is cancelled', async () => {
    const { training, waits } = start({ until: 'TRAINING' })
    await waits
    training.cancel()
    await assert.rejects(training.result, { code: 'STOPPED' })
    await training.exited
  })

  it('can be kept from what it is not allowed', async () => {
    const permissions = { read: [], write: [], addons: false, processes: false, threads: false }
    const allowed = { ...permissions, read: [join(import.meta.dirname, '../../..')] }
    await start({}, { permissions: allowed }).training.result
    await assert.rejects(start({}, { permissions }).training.result, {
      code: 'TRAINING_PROCESS_LOST',
      message: /Access to this API has been restricted/,
    })
  })

  it('whose module is missing is lost with the reason', async () => {
    const { result } = startTrainingProcess({
      entry: new URL('file:///nowhere.ts'),
      start: { type: 'start', spec: specOf('TFD'), useCase: 'TFD' },
      onUpdate: () => {},
    })
    await assert.rejects(result, { code: 'TRAINING_PROCESS_LOST', message: /Cannot find module/ })
  })
})
