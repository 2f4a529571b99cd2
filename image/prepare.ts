import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeFileTrace } from '@vercel/nft'
import { importedPackages, runtimeSources } from './runtime-sources.ts'

// `npm run image:prepare`: lays out in .cache/image/rootfs what the Containerfile copies: Node, the platform's source, and of
// its packages the files that it can reach. Nothing is compiled or bundled: what runs is what is in the repository.

const ROOT = join(import.meta.dirname, '..')
const ROOTFS = join(ROOT, '.cache/image/rootfs')
const APP = join(ROOTFS, 'app')
/** The image is for Linux with glibc on the machine's own processor; each processor has its build. */
const NODE_PACKAGE = `node-linux-${process.arch}`
/** What is found by other ways than an import: DuckDB's library behind its addon, and inner modules of the Kafka client. */
const BESIDES = [`node_modules/@duckdb/node-bindings-linux-${process.arch}/**`, 'node_modules/kafkajs/**']
/** Neither maps nor types, and not the maps of the playground. Licences stay: they say that they must. */
const NEVER = /\.(map|d\.ts|d\.mts|d\.cts|md)$|ruru\/dist\/bundleMeta\.js$/

rmSync(ROOTFS, { recursive: true, force: true })
const sources = runtimeSources(ROOT)
for (const file of sources) copy(join(ROOT, file), join(APP, file))
const files = await traced(importedPackages(ROOT, sources))
for (const file of files) copy(join(ROOT, file), join(APP, file))
copyNode()
const sbom = execFileSync('npm', ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'], {
  cwd: ROOT,
  maxBuffer: 2 ** 27,
})
writeFileSync(join(APP, 'sbom.cdx.json'), sbom)
for (const folder of ['data', 'tmp']) mkdirSync(join(ROOTFS, folder))
chmodSync(join(ROOTFS, 'tmp'), 0o1777)
const bytes = globSync('**', { cwd: ROOTFS, withFileTypes: true })
  .filter(entry => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
process.stdout.write(
  `${ROOTFS}: ${sources.length} sources, ${files.length} files of packages, ${(bytes / 1e6).toFixed(0)} MB\n`,
)

/** Every file of packages that the platform can reach, relative to where they are installed. */
async function traced(specifiers: readonly string[]): Promise<string[]> {
  const entries = specifiers.map(specifier => fileURLToPath(import.meta.resolve(specifier)))
  const { fileList, warnings } = await nodeFileTrace([...new Set(entries)], {
    base: ROOT,
  })
  for (const { message } of warnings)
    if (/Failed to parse/.test(message)) process.stderr.write(`${message}\n`)
  const besides = BESIDES.flatMap(pattern => globSync(pattern, { cwd: ROOT }))
  const manifests = [...fileList].flatMap(manifestsAbove)
  const isFile = (file: string) => statSync(join(ROOT, file)).isFile()
  return [...new Set([...fileList, ...besides, ...manifests])]
    .filter(file => !NEVER.test(file) && isFile(file))
    .sort()
}

/** Every package.json between a file and its package, by which Node tells one kind of module from the other. */
function manifestsAbove(file: string): string[] {
  const folder = dirname(file)
  if (folder === '.' || basename(folder) === 'node_modules') return []
  const manifest = join(folder, 'package.json')
  return [...(existsSync(join(ROOT, manifest)) ? [manifest] : []), ...manifestsAbove(folder)]
}

function copyNode(): void {
  const node = join(ROOTFS, 'usr/local/bin/node')
  copy(realpathSync(join(ROOT, 'node_modules', NODE_PACKAGE, 'bin/node')), node)
  // Names for debuggers are a fifth of the image; without binutils they stay.
  const libraries = globSync('node_modules/@duckdb/*/*.so', { cwd: APP }).map(file => join(APP, file))
  for (const file of [node, ...libraries]) {
    try {
      execFileSync('strip', ['--strip-unneeded', file])
    } catch {
      process.stderr.write(`${file} keeps its symbols: no strip (binutils) on PATH.\n`)
    }
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { dereference: true })
}
