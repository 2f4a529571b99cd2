import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { it } from 'node:test'
import { gzipSync } from 'node:zlib'

/** Compressed size of a module and all that it imports, generated documents aside: types, comments and indentation removed. */
function sizeOf(entry: string): number {
  const sources = new Map<string, string>()
  const read = (name: string) => {
    if (sources.has(name) || name.includes('.generated.')) return
    const source = stripTypeScriptTypes(readFileSync(new URL(name, import.meta.url), 'utf8'))
    const code = source.replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replaceAll(/^\s+/gm, '')
    sources.set(name, code)
    for (const [, imported] of code.matchAll(/from '(\.\/[^']+)'/g)) read(imported as string)
  }
  read(entry)
  return gzipSync([...sources.values()].join('\n'), { level: 9 }).length
}

// Names are kept, so a bundler's result is smaller still.
it('takes at most 2.5 kB compressed over HTTP and 6 kB with websockets', () => {
  const sizes = { http: sizeOf('./http.ts'), all: sizeOf('./index.ts') }
  assert.ok(sizes.http > 500 && sizes.all > sizes.http, JSON.stringify(sizes))
  assert.ok(sizes.http <= 2500, `${sizes.http} bytes over HTTP.`)
  assert.ok(sizes.all <= 6000, `${sizes.all} bytes with websockets.`)
})
