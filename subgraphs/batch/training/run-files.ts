/** Where things lie in a run of batch training. Tables are those of `learn/batch/table-file.ts`, at most 100,000 rows each. */
export const RUN_FILES = {
  model: 'model/model.bin',
  manifest: 'manifest.json',
  card: 'model-card.md',
  /** Parts of the split with `label`, `score`, `raw`, `eventTime`; clustering has `train` alone, with `cluster`. */
  train: 'data/train.bin',
  validation: 'data/validation.bin',
  test: 'data/test.bin',
  /** `CurvePoint[]`. */
  curve: 'charts/training-curve.json',
  /** `KSearchPoint[]`. */
  kSearch: 'charts/k-search.json',
  /** Clustering: `{ text, cluster }[]`, at most 2,000 search queries. */
  texts: 'data/texts.json',
} as const
