import type { BatchTask } from '#learn/batch/model/batch-model.ts'
import type { ChartEntry } from './catalogue/chart-entry.ts'
import { familyOptions } from './catalogue/family-options.ts'
import { familyTexts } from './catalogue/family-texts.ts'
import { own } from './catalogue/own.ts'
import { scikitplot } from './catalogue/scikitplot.ts'
import { sklearn } from './catalogue/sklearn.ts'
import { yellowbrick } from './catalogue/yellowbrick.ts'
import type { ChartKind, ChartLibrary } from './chart-kind.ts'

const DOCS: Readonly<Record<ChartLibrary, string>> = {
  YELLOWBRICK: 'https://www.scikit-yb.org/en/latest/api/',
  SKLEARN: 'https://scikit-learn.org/stable/modules/generated/',
  SCIKITPLOT: 'https://scikit-plot.readthedocs.io/en/stable/',
  OWN: '',
}

const kinds: readonly ChartKind[] = [
  ...yellowbrick.map(entry => kindOf('YELLOWBRICK', entry)),
  ...sklearn.map(entry => kindOf('SKLEARN', entry)),
  ...scikitplot.map(entry => kindOf('SCIKITPLOT', entry)),
  ...own.map(entry => kindOf('OWN', entry)),
]

/** The charts that can be asked for, all of them or those that make sense for a task. */
export function chartKinds(task: BatchTask | null = null): readonly ChartKind[] {
  return task === null ? kinds : kinds.filter(kind => kind.tasks.includes(task))
}

function kindOf(library: ChartLibrary, entry: ChartEntry): ChartKind {
  const { name, kind = name, family, fixed = {}, defaults = {}, docs, ...rest } = entry
  return {
    ...rest,
    kind,
    name,
    library,
    family,
    ...familyTexts[family],
    docsUrl: docs === null ? null : DOCS[library] + docs,
    options: familyOptions[family]
      .filter(option => !Object.hasOwn(fixed, option.name))
      .map(option =>
        Object.hasOwn(defaults, option.name) ? { ...option, default: defaults[option.name] ?? null } : option,
      ),
    fixed,
  }
}
