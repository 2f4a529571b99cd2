import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'

export interface SourceFile {
  /** From the root of the repository, with slashes. */
  path: string
  text: string
  isTest: boolean
  isGenerated: boolean
}

export interface Import {
  specifier: string
  /** Path from the root; null for Node's own modules, packages and folders. */
  target: string | null
}

const EXCLUDED = new Set(['node_modules', 'dist', 'web'])
/** The workspace package, under the name that its users import. */
const SDK = '@coelho/realtime-sdk'
/** Tests, and what only they use. */
const TEST = /^tests\/|\.test\.ts$|\/test-[^/]+\.ts$/
const IMPORTS = [
  /\bfrom\s*(['"])(.+?)\1/g,
  /\bimport\s*(['"])(.+?)\1/g,
  /\bimport\(\s*(['"])(.+?)\1/g,
  /\bnew URL\(\s*(['"])(\.{1,2}\/.+?)\1\s*,\s*import\.meta\.url/g,
]

/** Every TypeScript file of the repository, `web/` apart, which has rules of its own. */
export function sourceFiles(): SourceFile[] {
  const exclude = (name: string) => EXCLUDED.has(name) || (name.startsWith('.') && name !== '.')
  return globSync('**/*.ts', { exclude }).map(native => {
    const path = native.replaceAll('\\', '/')
    return {
      path,
      text: readFileSync(path, 'utf8'),
      isTest: TEST.test(path),
      isGenerated: path.includes('.generated.'),
    }
  })
}

/** What a file imports, statically, dynamically, or as the entry of a worker; files that it only reads included. */
export function importsOf({ path, text }: Pick<SourceFile, 'path' | 'text'>): Import[] {
  const code = withoutComments(text)
  const specifiers = IMPORTS.flatMap(pattern => [...code.matchAll(pattern)].map(match => match[2] as string))
  return [...new Set(specifiers)].map(specifier => ({ specifier, target: resolve(path, specifier) }))
}

/** Code without comments; text that looks like one inside quotes stays. */
export function withoutComments(text: string): string {
  return text.replaceAll(/('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '$1')
}

function resolve(from: string, specifier: string): string | null {
  if (specifier === SDK) return 'sdk/index.ts'
  if (specifier.startsWith(`${SDK}/`)) return `sdk/${specifier.slice(SDK.length + 1)}.ts`
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (!specifier.startsWith('.')) return null
  const target = normalize(join(dirname(from), specifier))
  return statSync(target, { throwIfNoEntry: false })?.isFile() ? target : null
}
