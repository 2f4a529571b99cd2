import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { classificationReport } from './classification-report.ts'

describe('a classification report', () => {
  it("has scikit-learn's keys and values", () => {
    const report = classificationReport({
      trueNegatives: 80,
      falsePositives: 5,
      falseNegatives: 5,
      truePositives: 10,
    })
    // sklearn.metrics.classification_report(output_dict=True), scikit-learn 1.x
    const wanted = {
      '0': {
        precision: 0.9411764705882353,
        recall: 0.9411764705882353,
        'f1-score': 0.9411764705882353,
        support: 85,
      },
      '1': {
        precision: 0.6666666666666666,
        recall: 0.6666666666666666,
        'f1-score': 0.6666666666666666,
        support: 15,
      },
      accuracy: 0.9,
      'macro avg': {
        precision: 0.803921568627451,
        recall: 0.803921568627451,
        'f1-score': 0.803921568627451,
        support: 100,
      },
      'weighted avg': { precision: 0.9, recall: 0.9, 'f1-score': 0.9, support: 100 },
    }
    assert.deepEqual(rounded(report), rounded(wanted))
  })

  it('is all zeros before the first label', () => {
    const none = { trueNegatives: 0, falsePositives: 0, falseNegatives: 0, truePositives: 0 }
    const zero = { precision: 0, recall: 0, 'f1-score': 0, support: 0 }
    assert.deepEqual(classificationReport(none), {
      '0': zero,
      '1': zero,
      accuracy: 0,
      'macro avg': zero,
      'weighted avg': zero,
    })
  })
})

function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'number' ? Number(each.toFixed(12)) : each,
  )
}
