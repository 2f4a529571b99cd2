import type { ChartEntry } from './chart-entry.ts'

const models = { category: 'MODEL_SELECTION', tasks: ['classification', 'regression'] } as const

/** Charts that none of those libraries has. */
export const own: readonly ChartEntry[] = [
  {
    ...models,
    name: 'TrainingCurve',
    family: 'TrainingCurve',
    title: 'Training curve',
    description: 'Loss by iteration, as it was while the model was trained.',
    docs: null,
  },
  {
    ...models,
    name: 'ShapSummary',
    family: 'ShapSummary',
    title: 'Contributions of features',
    description: 'Contribution of each feature to the raw score of sampled rows.',
    docs: null,
  },
  {
    ...models,
    name: 'ShapRow',
    family: 'ShapRow',
    title: 'Contributions to one answer',
    description: 'What each feature adds to the raw score of one row.',
    docs: null,
  },
]
