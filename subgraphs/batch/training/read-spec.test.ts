import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ecci } from '#use-cases/ecci.ts'
import { eta } from '#use-cases/eta.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { UseCase } from '#use-cases/define.ts'
import { readSpec, type SpecInput } from './read-spec.ts'

describe('a specification of a training', () => {
  it('has a learner, a seed and all parameters where nothing was asked for', () => {
    const { learner, seed, parameters, segment, rows, version } = readSpec({ useCase: tfd, input: {} })
    assert.deepEqual([learner, segment, rows, version], ['gradient-boosting', null, null, null])
    assert.ok(Number.isSafeInteger(seed))
    assert.equal(parameters['iterations'], 1000)
    assert.equal(parameters['thresholdMetric'], 'fbeta2')
    assert.equal(readSpec({ useCase: eta, input: {} }).parameters['loss'], 'absolute')
    assert.equal(readSpec({ useCase: ecci, input: {} }).learner, 'k-means')
    assert.equal(readSpec({ useCase: ecci, input: { segment: 'SESSIONS' } }).learner, 'latent-class-mixture')
  })

  it('is itself read again without change', () => {
    for (const useCase of [tfd, eta, ecci]) {
      const spec = readSpec({ useCase, input: { seed: 7, rows: 500, fraction: 0.5, version: 3 } })
      assert.deepEqual(readSpec({ useCase, input: spec }), spec)
    }
  })

  const refused: [UseCase, SpecInput, RegExp][] = [
    [
      tfd,
      { learner: 'k-means' },
      /learner: "k-means" given, one of gradient-boosting, catboost, logistic-regression/,
    ],
    [eta, { learner: 'logistic-regression' }, /ridge-regression/],
    [ecci, { segment: 'PLANETS' }, /segment: "PLANETS" given, one of EVENTS, SESSIONS, CUSTOMERS/],
    [tfd, { segment: 'EVENTS' }, /segment/],
    [tfd, { parameters: { trees: 3 } }, /parameters: "trees" given, one of iterations/],
    [tfd, { parameters: [] }, /parameters: \[\] given, an object/],
    [tfd, { parameters: { depth: 0 } }, /parameters.depth: 0 given, a whole number from 1 to 24/],
    [tfd, { parameters: { depth: 2.5 } }, /parameters.depth: 2.5/],
    [tfd, { parameters: { learningRate: Number.NaN } }, /learningRate: NaN/],
    [tfd, { parameters: { learningRate: '1' } }, /learningRate: "1"/],
    [tfd, { parameters: { growth: 'sideways' } }, /growth: "sideways" given, one of level, leaf/],
    [tfd, { parameters: { metric: 'mae' } }, /metric: "mae"/],
    [eta, { parameters: { metric: 'auc' } }, /metric: "auc"/],
    [eta, { parameters: { coverage: 1 } }, /coverage: 1 given/],
    [tfd, { parameters: { validationShare: 0.4, testShare: 0.4 } }, /testShare/],
    [ecci, { parameters: { kFrom: 5, kTo: 4 } }, /kTo: 4 given, at least kFrom, which is 5/],
    [tfd, { rows: 0 }, /rows: 0 given, a whole number of at least 1/],
    [tfd, { fraction: 0 }, /fraction/],
    [tfd, { fraction: 1.01 }, /fraction/],
    [tfd, { seed: 0.5 }, /seed: 0.5/],
    [tfd, { version: -1 }, /version: -1/],
    [tfd, { includeDebugFeatures: true }, /includeDebugFeatures/],
  ]
  for (const [useCase, input, message] of refused) {
    it(`is refused for ${useCase.id} with ${JSON.stringify(input)}`, () => {
      assert.throws(() => readSpec({ useCase, input }), { code: 'BAD_USER_INPUT', message })
    })
  }
})
