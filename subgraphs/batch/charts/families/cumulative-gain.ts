import type { ChartFamily } from '../chart-family.ts'
import type { CumulativeGainData } from '../data/classification-data.ts'
import { gainsOfClasses } from '../input/gains-of-classes.ts'
import { classColor, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const cumulativeGain: ChartFamily<CumulativeGainData> = {
  compute(input) {
    const { percent, gain, deciles, sampled } = gainsOfClasses(input)
    return {
      data: { __typename: 'CumulativeGainData', percent, gain, baseline: percent, deciles },
      sampled,
    }
  },

  vega({ percent, gain, baseline }) {
    const x = share('percent', 'share of rows looked at', { axis: { format: '%' } })
    const y = share('gain', 'share of the class found', { axis: { format: '%' } })
    return {
      layer: [
        {
          data: { values: percent.map((at, i) => ({ percent: at, gain: baseline[i] })) },
          mark: { type: 'line', strokeDash: [4, 4], color: palette.quiet },
          encoding: { x, y },
        },
        {
          data: {
            values: gain.flatMap(({ label, values }) =>
              values.map((value, i) => ({ class: label, percent: percent[i], gain: value })),
            ),
          },
          mark: { type: 'line', tooltip: true },
          encoding: { x, y, color: classColor('class', 'Class') },
        },
      ],
    }
  },
}
