import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ecci } from '#use-cases/ecci.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { SessionRecord } from '../session/session-record.ts'
import type { SessionView } from '../session/session-view.ts'
import { sessionCard } from './session-card.ts'

const record = {
  id: 's',
  useCase: 'TFD',
  learner: 'hoeffding-tree',
  parameters: { gracePeriod: 50 },
  seed: '42',
  origin: null,
  source: [0, 7],
} as unknown as SessionRecord

const begun: SessionView = {
  record,
  local: true,
  progress: null,
  metrics: [],
  models: [],
  promotions: [],
  metricsAt: null,
  checkpoint: null,
}

const model = {
  name: 'hoeffding-tree',
  learner: 'hoeffding-tree',
  parameters: { gracePeriod: 50 },
  seed: '42',
  automatic: false,
  since: 0,
  version: 1900,
  sizeBytes: 12_345,
  isShed: false,
  metrics: [],
  comparison: null,
}

const learned: SessionView = {
  ...begun,
  progress: {
    sequence: 2000,
    labelled: 1900,
    corrections: 3,
    pending: 100,
    rejected: 1,
    duplicates: 2,
    modelVersion: 1900,
    modelBytes: 12_345,
    source: [1000, 1007],
    labels: [0, 0],
  },
  metrics: [
    {
      name: 'fbeta2',
      value: 0.812345678,
      n: 1900,
      direction: 'HIGHER_IS_BETTER',
      window: null,
      interval: { lower: 0.8, upper: 0.83, level: 0.95, method: 'block-bootstrap' },
    },
  ],
  models: [
    { ...model, role: 'CHAMPION' },
    {
      ...model,
      name: 'forest',
      learner: 'adaptive-random-forest',
      role: 'CHALLENGER',
      comparison: {
        n: 800,
        meanDifference: -0.001,
        lower: -0.002,
        upper: 0.001,
        evidence: 1,
        wanted: 40,
        decided: null,
      },
    },
  ],
  promotions: [{ seq: 5, from: 'a', to: 'hoeffding-tree', by: 'TEST', comparison: null }],
  metricsAt: 1,
  checkpoint: { sequence: 1990, at: 0, sizeBytes: 9, hash: 'ab'.repeat(32) },
  report: {
    threshold: 0.25,
    quality: {
      byEventTime: [],
      slices: [],
      gaps: [{ field: 'currency', metric: 'recall', best: 'USD', worst: null, gap: 0.2, apart: true }],
    },
  },
}

describe('the card of a session', () => {
  it('tells what is known before the first event, and nothing else', () => {
    const card = sessionCard(begun, tfd)
    assert.match(card, /^# .*: hoeffding-tree, version 0$/m)
    assert.match(card, /from offsets 0, 7 on: 0 events/)
    assert.match(card, /^None yet\.$/m)
    assert.match(card, /learned from 0 labels only/)
    assert.doesNotMatch(card, /Slices|Drift|Other models|undefined|NaN/)
  })

  it('names purpose, data, model, features, metrics, slices, the other models and limits, in this order', () => {
    const card = sessionCard(learned, tfd)
    assert.deepEqual(
      card.match(/^## .*$/gm)?.map(heading => heading.slice(3)),
      [
        'Intended use',
        'Data',
        'Model',
        `Features (${tfd.features.length})`,
        'Metrics',
        'Slices',
        'Other models of the session',
        'Limits',
      ],
    )
    assert.match(card, /2,000 events, 1,897 labels \(3 corrected later, 100 predictions still wait/)
    assert.match(card, /^\| F2 score \| 0\.81235 \| 0\.8 to 0\.83 \| 1,900 \| all \| higher \|$/m)
    assert.match(card, /^\| currency \| .* \| USD \| none \| 0\.2 \| yes \|$/m)
    assert.match(card, /`forest` \(adaptive-random-forest\): undecided after 800 labels/)
    assert.match(card, /at event 5 `hoeffding-tree` took over from `a` \(test\)/)
    assert.match(card, /Decision threshold 0\.25/)
    assert.doesNotMatch(card, /undefined|NaN|learned from/)
  })

  it('promises no labels to a clustering', () => {
    const card = sessionCard({ ...learned, record: { ...record, useCase: 'ECCI' } }, ecci)
    assert.match(card, /Segments describe/)
    assert.doesNotMatch(card, /labels \(|It predicts/)
  })
})
