import type { ChartKindResolvers, ChartResolvers } from '../resolvers.generated.ts'

export const Chart: ChartResolvers = {
  id: ({ run, key }) => `${run}/${key}`,
  run: ({ run }) => ({ id: run }),
  vegaLite: chart => chart.vegaLite,
  svg: (chart, { theme }, { charts, signal }) =>
    charts.svg(chart, theme === 'DARK' ? 'DARK' : 'LIGHT', signal),
}

export const ChartKind: ChartKindResolvers = {
  tasks: ({ tasks }) => tasks.map(task => task.toUpperCase() as 'REGRESSION'),
  dataType: ({ family }) => `${family}Data`,
}
