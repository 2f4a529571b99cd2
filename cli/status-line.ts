import type { Platform } from '#main.ts'
import { createRateWindow } from './rate-window.ts'
import { openInBrowser } from './open-in-browser.ts'

const REDRAW_MS = 1000
const HOTKEYS = '[o]pen [g]raphql [p]ause [d]rift [q]uit'
const BARS = '▁▂▃▄▅▆▇█'

/** One line that redraws itself, and keys; only where a person sits at a terminal. */
export function startStatusLine({ platform }: { platform: Platform }): Disposable {
  const { stdin, stdout } = process
  if (!stdout.isTTY) return { [Symbol.dispose]() {} }
  const windows = platform.useCases.map(({ id, metrics }) => ({
    useCase: id,
    // The first metric of a declaration is the one shown first.
    name: metrics[0] ?? '',
    window: createRateWindow(),
  }))
  const timer = setInterval(draw, REDRAW_MS)

  function draw(): void {
    const parts = windows.map(({ useCase, name, window }) => {
      const view = platform.sessions.current(useCase)
      window.add(view?.progress?.sequence ?? 0)
      const metric = view?.metrics.find(candidate => candidate.name === name)
      const value =
        metric?.value === null || metric?.value === undefined ? '–' : Number(metric.value.toPrecision(3))
      return `${useCase} ${spark(window.rates())} ${window.latest().toFixed(0)}/s ${name} ${value}`
    })
    stdout.write(`\r\x1b[2K${`${parts.join('  ')}  ${HOTKEYS}`.slice(0, stdout.columns - 1)}`)
  }

  async function press(key: string): Promise<void> {
    if (key === 'q' || key === '\u0003') process.kill(process.pid, 'SIGINT')
    if (key === 'o') openInBrowser(`${platform.url}/`)
    if (key === 'g') openInBrowser(`${platform.url}/graphql`)
    if (key === 'p') {
      for (const { useCase } of windows) {
        const status = platform.producers.status(useCase)
        if (status) await platform.producers.change(useCase, { running: !status.running })
      }
    }
    if (key === 'd') {
      for (const { useCase } of windows) {
        if (platform.producers.status(useCase)?.running) {
          await platform.producers.drift(useCase, {
            kind: 'ABRUPT',
            widthSeconds: 60,
            periodSeconds: 60,
            factor: 5,
          })
        }
      }
    }
  }

  const onData = (data: Buffer) => {
    press(data.toString()).catch(error => process.stderr.write(`\n${(error as Error).message}\n`))
  }
  if (stdin.isTTY) {
    stdin.setRawMode(true)
    stdin.on('data', onData)
  }
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      stdin.off('data', onData)
      if (stdin.isTTY) stdin.setRawMode(false)
      stdin.pause()
      stdout.write('\r\x1b[2K')
    },
  }
}

function spark(rates: readonly number[]): string {
  const top = Math.max(1, ...rates)
  return rates.map(rate => BARS[Math.min(7, Math.floor((rate / top) * 7.99))]).join('')
}
