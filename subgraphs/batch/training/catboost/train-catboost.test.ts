import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { trainCatboost } from './train-catboost.ts'

const PART = {
  data: { rows: 2, columns: [{ name: 'x', kind: 'numeric' as const }], values: [Float64Array.of(1, 2)] },
  labels: Float64Array.of(0, 1),
}

describe('the CatBoost engine without CatBoost', {
  skip: process.platform === 'win32' && 'needs a shell',
}, () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'catboost-client-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('a Python that is not there is told with the remedy', async () => {
    const problem = {
      code: 'ENGINE_MISSING',
      message: /nowhere.*pip install catboost==1\.2\.10.*BATCH_PYTHON/,
    }
    await assert.rejects(train('/nowhere/python'), problem)
    await assert.rejects(train('nowhere-python'), problem)
  })

  test('a Python without CatBoost is told with the remedy', async () => {
    const line = '{"type":"failed","code":"ENGINE_MISSING","message":"No module named catboost"}'
    const python = await script(`read job; echo '${line}'; exit 1`)
    await assert.rejects(train(python), {
      code: 'ENGINE_MISSING',
      message: /No module named catboost.*pip install/,
    })
  })

  test('a process that ends too early is told with its last words', async () => {
    const python = await script('read job; echo "out of memory" >&2; exit 3')
    await assert.rejects(train(python), { code: 'ENGINE_FAILED', message: /code 3 .*: out of memory\.$/ })
    await assert.rejects(train(await script('kill -9 $$')), { code: 'ENGINE_FAILED', message: /was killed/ })
  })

  test('a training that is aborted before it begins starts no process', async () => {
    await assert.rejects(train('/nowhere/python', AbortSignal.abort()), { code: 'STOPPED' })
  })

  test('an aborted training ends, whatever its process says then', async () => {
    const abort = new AbortController()
    const iteration = '{"type":"iteration","iteration":1,"train":1,"validation":null,"metric":null}'
    const python = await script(
      `read job; echo '${iteration}'; read stop; echo '${iteration}'; echo '{"type":"stopped"}'`,
    )
    let seen = 0
    const training = train(python, abort.signal, () => {
      seen++
      abort.abort()
    })
    await assert.rejects(training, { code: 'STOPPED' })
    assert.equal(seen, 1)
  })

  async function script(text: string): Promise<string> {
    const file = join(folder, `python-${text.length}`)
    await writeFile(file, `#!/bin/sh\n${text}\n`)
    await chmod(file, 0o755)
    return file
  }
})

function train(python: string, signal?: AbortSignal, onIteration = () => {}) {
  const options = { python, objective: 'mean' as const, train: PART, validation: null, seed: 1, onIteration }
  return trainCatboost(signal ? { ...options, signal } : options)
}
