export interface UseCaseFigures {
  useCase: string
  /** Of the metric that is shown. */
  name: string
  value: string
  /** Predictions per second, oldest first. */
  rates: readonly number[]
}

const BARS = '▁▂▃▄▅▆▇█'
const HOTKEYS = '[o]pen [g]raphql [p]ause [d]rift [q]uit'
const SHORT_HOTKEYS = '[o][g][p][d][q]'

/**
 * The status line in at most `columns` characters. Where they are few, sparklines shrink, then names of metrics go, then
 * the words of the keys, and what is too long even then is cut.
 */
export function formatStatus(figures: readonly UseCaseFigures[], columns: number): string {
  const forms = [
    { bars: 12, named: true, keys: HOTKEYS },
    { bars: 6, named: true, keys: HOTKEYS },
    { bars: 0, named: true, keys: HOTKEYS },
    { bars: 0, named: false, keys: HOTKEYS },
    { bars: 4, named: false, keys: SHORT_HOTKEYS },
    { bars: 0, named: false, keys: SHORT_HOTKEYS },
  ]
  let line = ''
  for (const { bars, named, keys } of forms) {
    const parts = figures.map(({ useCase, name, value, rates }) => {
      const rate = `${(rates.at(-1) ?? 0).toFixed(0)}/s`
      const spark = bars > 0 ? [sparkline(rates.slice(-bars))] : []
      return [useCase, ...spark, rate, ...(named ? [name] : []), value].join(' ')
    })
    line = [...parts, keys].join('  ')
    if (line.length <= columns) return line
  }
  return line.slice(0, Math.max(0, columns))
}

function sparkline(rates: readonly number[]): string {
  const top = Math.max(1, ...rates)
  return rates.map(rate => BARS[Math.min(7, Math.floor((rate / top) * 7.99))]).join('')
}
