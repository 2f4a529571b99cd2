import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = join(import.meta.dirname, '../../package.json')

/** Of this code base, as the services of a deployment tell it. */
export const SOFTWARE_VERSION: string = (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string })
  .version

/** As it calls itself in what it writes. */
export const SOFTWARE = `coelho-realtime/${SOFTWARE_VERSION}`
