import { copyFile, readFile, writeFile } from 'node:fs/promises'

// In the repository the package is its source. What is published is `dist/`, a package of its own whose exports are built.
// npm has no other way to give a published package other exports than the one in the workspace.

const {
  private: _,
  scripts: __,
  exports,
  ...manifest
} = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8')) as {
  private: boolean
  scripts: object
  exports: Record<string, string>
}

const built = Object.entries(exports).map(([name, source]) => [
  name,
  { types: source.replace(/\.ts$/, '.d.ts'), default: source.replace(/\.ts$/, '.js') },
])
const text = JSON.stringify({ ...manifest, exports: Object.fromEntries(built) }, null, 2)
await writeFile(new URL('dist/package.json', import.meta.url), `${text}\n`)
await copyFile(new URL('README.md', import.meta.url), new URL('dist/README.md', import.meta.url))
