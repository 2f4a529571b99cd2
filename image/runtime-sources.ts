import { globSync, readFileSync } from 'node:fs'

/** Units that a running platform is made of; engines, benches and tests are not among them. */
const UNITS = [
  'adapters',
  'cli',
  'config',
  'gateway',
  'learn',
  'ports',
  'producers',
  'roles',
  'schema',
  'sdk',
  'subgraphs',
  'use-cases',
]
const LEFT_OUT = /\.test\.ts$|\.d\.ts$|^learn\/vectors\/|^schema\/released\/|\/kill-test\/|-contract\/|\.md$/

/** Source files of the platform, relative to the project. */
export function runtimeSources(root: string): string[] {
  const files = UNITS.flatMap(unit =>
    globSync(`${unit}/**/*.*`, { cwd: root, exclude: ['**/node_modules/**'] }),
  )
  return ['config.ts', 'main.ts', 'package.json', ...files.filter(file => !LEFT_OUT.test(file))].sort()
}

/** Dependencies, with paths in them, that the files name: `from '…'`, `import('…')`, `require('…')`. */
export function importedPackages(root: string, files: readonly string[]): string[] {
  const { dependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
    dependencies: Record<string, string>
  }
  const named = files
    .filter(file => /\.(ts|mjs)$/.test(file))
    .flatMap(file => [
      ...readFileSync(`${root}/${file}`, 'utf8').matchAll(
        /(?:from|import|\w*[rR]equire\w*\(|import\(|resolve\()\s*'((?:@[\w-]+\/)?[a-z][\w./-]*)'/g,
      ),
    ])
    .map(match => match[1] as string)
  // Helpers of tests stand beside the source and name what is for development only.
  const isDependency = (specifier: string) =>
    Object.keys(dependencies).some(name => specifier === name || specifier.startsWith(`${name}/`))
  return [...new Set(named)].filter(isDependency).sort()
}
