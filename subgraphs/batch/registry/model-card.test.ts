import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ecci } from '#use-cases/ecci.ts'
import { tfd } from '#use-cases/tfd.ts'
import { manifestOf, specOf } from '../jobs/test-result.ts'
import { modelCard } from './model-card.ts'

const manifest = manifestOf(specOf('TFD', { rows: 1000 }), new Uint8Array(1234))
const metrics = { fbeta2: 0.812345678, rocAuc: Number.NaN, unheardOf: 3, 'validation.fbeta2': 0.8 }

describe('a model card', () => {
  const card = modelCard({ manifest, metrics, useCase: tfd })

  it('names purpose, data, model, features, metrics, limits and how to repeat it, in this order', () => {
    assert.deepEqual(card.match(/^#+ .*$/gm), [
      `# ${tfd.title}: gradient-boosting`,
      '## Intended use',
      '## Data',
      '## Model',
      '## Features (2)',
      '## Metrics',
      '## Limits',
      '## How to repeat it',
    ])
    assert.match(card, new RegExp(`It predicts \`${tfd.label?.field}\``))
  })

  it('gives each metric of the test part beside validation, with the rows that it rests on', () => {
    assert.match(card, /^\| Metric \| test \(n = 150\) \| validation \(n = 150\) \| better \|$/m)
    assert.match(card, /^\| F2 score \| 0\.81235 \| 0\.8 \| higher \|$/m)
    assert.match(card, /^\| unheardOf \| 3 \|  \|  \|$/m)
    assert.match(card, /^\| ROC AUC \|  \|  \| higher \|$/m)
  })

  it('gives the split with rows, event time and positives', () => {
    assert.match(card, /at version 7, its labels at version 3; at most the newest 1,000 rows\./)
    assert.match(
      card,
      /^\| test \| 150 \| 1970-01-01T08:00:00\.001Z \| 1970-01-01T10:00:00\.000Z \| 8 \(5\.33 %\) \|$/m,
    )
  })

  it('warns of few positives, and of fields that are known only after the fact', () => {
    assert.match(card, /rest on 8 positives only/)
    assert.doesNotMatch(card, /shows the leak/)
    const leaking = manifestOf(specOf('TFD', { includeDebugFeatures: true }), new Uint8Array(1))
    assert.match(
      modelCard({ manifest: leaking, metrics, useCase: tfd }),
      /shows the leak, and is not for serving/,
    )
  })

  it('has what a training is repeated from', () => {
    const spec = /```json\n([\s\S]*)\n```/.exec(card)?.[1] ?? ''
    assert.deepEqual(JSON.parse(spec), manifest.spec)
    assert.ok(card.includes(manifest.modelHash) && card.includes(manifest.featuresHash))
  })

  it('of a clustering speaks of the rows that it was made from', () => {
    const spec = specOf('ECCI', { learner: 'k-means', segment: 'CUSTOMERS', parameters: {} })
    const whole = { rows: 900, from: 0, to: 1000, positives: null }
    const clustering = {
      ...manifestOf(spec, new Uint8Array(1)),
      split: { train: whole, validation: null, test: null },
      threshold: null,
      stopped: null,
    }
    const text = modelCard({ manifest: clustering, metrics: { silhouette: 0.4 }, useCase: ecci })
    assert.match(text, /A row is one of the customers\./)
    assert.match(text, /^\| Metric \| train \(n = 900\) \| better \|$/m)
    assert.match(text, /^\| Silhouette \| 0\.4 \| higher \|$/m)
    const prose = text.slice(0, text.indexOf('```json'))
    assert.doesNotMatch(prose, /threshold|null|undefined|NaN/i)
  })
})
