import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { BuiltImage } from './build-image.ts'

const MOST_BYTES = 220e6
const SHELLS = [
  'sh',
  'bash',
  'dash',
  'ash',
  'busybox',
  'apt',
  'apt-get',
  'npm',
  'npx',
  'curl',
  'wget',
  'python3',
]
const SECRET_NAMES = /(^|\/)(\.env|\.npmrc|id_rsa|\.git|credentials)$/

/** What is wrong with an image, by rule, one sentence each. */
const IMAGE_RULES: Readonly<Record<string, (image: Pick<BuiltImage, 'rootfs' | 'config'>) => string[]>> = {
  'runs as nobody special': ({ config }) =>
    config.User === '65532:65532' ? [] : [`The user is "${config.User}".`],
  'has nothing to log in to': ({ rootfs }) =>
    ['bin', 'usr/bin', 'usr/local/bin', 'sbin', 'usr/sbin'].flatMap(folder =>
      SHELLS.filter(name => exists(join(rootfs, folder, name))).map(name => `/${folder}/${name} is there.`),
    ),
  'is no larger than it may be': ({ rootfs }) => {
    const bytes = filesOf(rootfs).reduce((sum, path) => sum + statSync(join(rootfs, path)).size, 0)
    return bytes <= MOST_BYTES ? [] : [`${(bytes / 1e6).toFixed(0)} MB.`]
  },
  'gives nobody more rights': ({ rootfs }) =>
    filesOf(rootfs)
      .filter(path => (statSync(join(rootfs, path)).mode & 0o6000) !== 0)
      .map(path => `${path} changes who runs it.`),
  'lets nobody write what it runs': ({ rootfs }) =>
    filesOf(rootfs)
      .filter(path => {
        const { uid, mode } = statSync(join(rootfs, path))
        return uid !== 0 || (mode & 0o022) !== 0
      })
      .map(path => `${path} can be changed by others than root.`),
  'has no secrets and no tests': ({ rootfs }) =>
    filesOf(rootfs)
      .filter(
        path =>
          SECRET_NAMES.test(path) ||
          (path.startsWith('app/') && !path.includes('node_modules') && path.endsWith('.test.ts')),
      )
      .map(path => `${path} is in it.`),
  'has what it needs': ({ rootfs }) =>
    [
      'usr/local/bin/node',
      'app/cli/coelho.ts',
      'app/schema/supergraph.generated.graphql',
      `app/node_modules/@duckdb/node-bindings-linux-${process.arch}/duckdb.node`,
      'etc/ssl/certs/ca-certificates.crt',
    ]
      .filter(path => !exists(join(rootfs, path)))
      .map(path => `${path} is missing.`),
  'lists its parts': ({ rootfs }) => {
    const path = join(rootfs, 'app/sbom.cdx.json')
    const names = exists(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as { components: { name: string }[] }).components.map(
          ({ name }) => name,
        )
      : []
    return ['@apollo/gateway', 'kafkajs', '@duckdb/node-api'].every(name => names.includes(name))
      ? []
      : ['The software bill of materials lacks packages.']
  },
  'says what it is': ({ config }) =>
    ['title', 'version', 'revision', 'licenses']
      .filter(name => !config.Labels?.[`org.opencontainers.image.${name}`])
      .map(name => `No label org.opencontainers.image.${name}.`),
}

/** Everything that is wrong, by rule. */
export function imageViolations(image: Pick<BuiltImage, 'rootfs' | 'config'>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(IMAGE_RULES)
      .map(([name, rule]) => [name, rule(image)] as const)
      .filter(([, found]) => found.length > 0),
  )
}

function filesOf(rootfs: string): string[] {
  return readdirSync(rootfs, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(rootfs.length + 1))
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
