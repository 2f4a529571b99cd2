// `node cli/start.mjs <entry.ts> [arguments]`: runs a TypeScript entry, or says which Node is missing.
// Plain JavaScript that an old Node can still parse: there the TypeScript itself would only give a syntax error.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const OLDEST = 24
const [entry, ...rest] = process.argv.slice(2)

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `Node ${process.versions.node} was started, Node ${OLDEST} or newer is wanted.\n` +
      'On Linux (glibc) and Windows `npm ci` brings one that npm scripts use; it must not omit optional packages.\n' +
      'Elsewhere install one first, for example from https://nodejs.org.\n',
  )
  process.exit(1)
}
if (entry === undefined) {
  process.stderr.write('No entry was given; wanted: node cli/start.mjs <entry.ts> [arguments].\n')
  process.exit(2)
}
const path = resolve(entry)
process.argv = [process.argv[0], path, ...rest]
await import(pathToFileURL(path).href)
