import type { Platform } from '#main.ts'
import { createRateWindow } from './rate-window.ts'
import { formatStatus } from './format-status.ts'
import { openInBrowser } from './open-in-browser.ts'

const REDRAW_MS = 1000

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
    const figures = windows.map(({ useCase, name, window }) => {
      const view = platform.sessions.current(useCase)
      window.add(view?.progress?.sequence ?? 0)
      const metric = view?.metrics.find(candidate => candidate.name === name)
      const value =
        metric?.value === null || metric?.value === undefined ? '–' : Number(metric.value.toPrecision(3))
      return { useCase, name, value: String(value), rates: window.rates() }
    })
    stdout.write(`\r\x1b[2K${formatStatus(figures, stdout.columns - 1)}`)
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
