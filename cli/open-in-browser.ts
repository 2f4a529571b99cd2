import { spawn } from 'node:child_process'

const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Opens a URL in the person's browser; says the URL where there is no way to. */
export function openInBrowser(url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' })
  const tell = () => process.stderr.write(`\nOpen ${url} in a browser.\n`)
  child.on('error', tell)
  // An opener that finds no browser says so by its exit code only.
  child.on('exit', code => code && tell())
  child.unref()
}
