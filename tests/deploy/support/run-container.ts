import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuiltImage } from './build-image.ts'

const NOBODY = 65532

export interface Container extends AsyncDisposable {
  output(): string
  /** Of the container's first process and its children, bytes. */
  residentBytes(): number
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  exited: Promise<number | null>
}

/** Runs the image under runc as a cluster would: a root file system to read only, nobody's user, no capability, no new rights. */
export function runContainer(
  { rootfs, config }: Pick<BuiltImage, 'rootfs' | 'config'>,
  { args, env = {}, dataDir }: { args: readonly string[]; env?: Record<string, string>; dataDir: string },
): Container {
  const bundle = mkdtempSync(join(tmpdir(), 'coelho-bundle-'))
  const id = `coelho-${randomUUID()}`
  mkdirSync(dataDir, { recursive: true })
  chownSync(dataDir, NOBODY, NOBODY)
  const [uid, gid] = config.User.split(':').map(Number)
  const spec = {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid },
      args: [...config.Entrypoint, ...args],
      env: [...config.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
      cwd: config.WorkingDir,
      noNewPrivileges: true,
      capabilities: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] },
    },
    root: { path: rootfs, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
      { destination: '/data', type: 'bind', source: dataDir, options: ['bind', 'rw', 'nosuid', 'nodev'] },
    ],
    // The network is the machine's: ports are asked for on loopback.
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts'].map(type => ({ type })) },
  }
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec))
  const child = spawn('runc', [`--root=${bundle}/state`, 'run', `--bundle=${bundle}`, id], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output = (output + chunk).slice(-50_000)))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const stop = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null) await signalFirst(bundle, id, signal)
    return exited
  }
  return {
    output: () => output,
    exited,
    residentBytes: () => residentOf(child),
    stop: () => stop('SIGTERM'),
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
      rmSync(bundle, { recursive: true, force: true })
    },
  }
}

async function signalFirst(bundle: string, id: string, signal: NodeJS.Signals): Promise<void> {
  const child = spawn('runc', [`--root=${bundle}/state`, 'kill', id, signal], { stdio: 'ignore' })
  await once(child, 'exit')
}

/** Adds up what the processes below `runc run` hold. */
function residentOf({ pid }: ChildProcess): number {
  const childrenOf = (parent: number): number[] => {
    // Any thread of a process may have begun a child.
    const own = readdirSync(`/proc/${parent}/task`)
      .flatMap(thread => readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8').split(' '))
      .filter(text => text !== '')
      .map(Number)
    return own.flatMap(each => [each, ...childrenOf(each)])
  }
  // Its share of what several map: the sum counts each page once.
  const kib = childrenOf(pid as number).map(each => {
    const text = readFileSync(`/proc/${each}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
  })
  return kib.reduce((sum, each) => sum + each, 0) * 1024
}
