import type { ChartFamily } from '../chart-family.ts'
import type { LiftCurveData } from '../data/classification-data.ts'
import { gainsOfClasses } from '../input/gains-of-classes.ts'
import { classColor, quantitative, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const liftCurve: ChartFamily<LiftCurveData> = {
  compute(input) {
    const { percent, gain, deciles, sampled } = gainsOfClasses(input)
    const lift = gain.map(({ label, values }) => ({
      label,
      values: values.map((value, i) => {
        const at = percent[i] ?? 0
        return at > 0 ? value / at : null
      }),
    }))
    return { data: { __typename: 'LiftCurveData', percent, lift, deciles }, sampled }
  },

  vega({ percent, lift }) {
    const x = share('percent', 'share of rows looked at', { axis: { format: '%' } })
    const y = quantitative('lift', 'lift')
    return {
      layer: [
        {
          data: { values: [{ lift: 1 }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet },
          encoding: { y },
        },
        {
          data: {
            values: lift.flatMap(({ label, values }) =>
              values.map((value, i) => ({ class: label, percent: percent[i], lift: value })),
            ),
          },
          mark: { type: 'line', tooltip: true },
          encoding: { x, y, color: classColor('class', 'Class') },
        },
      ],
    }
  },
}
