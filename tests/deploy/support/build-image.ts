import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runTool } from '#engines/deploy/run-tool.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PASSWD = 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n'

export interface BuiltImage extends AsyncDisposable {
  /** The image's files, as a folder of this machine. */
  rootfs: string
  config: {
    User: string
    Entrypoint: string[]
    Cmd: string[]
    Env: string[]
    WorkingDir: string
    Labels: Record<string, string>
  }
}

/**
 * Builds the Containerfile with buildah, on a base of this machine's own C library: no registry is asked for one. Everything
 * is kept in a temporary folder, without a daemon and without mounting anything.
 */
export async function buildImage(): Promise<BuiltImage> {
  const scratch = mkdtempSync(join(tmpdir(), 'coelho-image-'))
  const store = ['--storage-driver=vfs', `--root=${scratch}/store`, `--runroot=${scratch}/run`]
  const buildah = (...args: string[]) =>
    runTool('buildah', [...store, ...args], { cwd: ROOT, env: { BUILDAH_ISOLATION: 'chroot' } })
  await runTool('npm', ['run', '--silent', 'image:prepare'], { cwd: ROOT })
  layOutBase(join(scratch, 'base'))
  await buildah('build', '--quiet', '--tag=localhost/base', join(scratch, 'base'))
  await buildah('build', '--quiet', '--build-arg=BASE=localhost/base', '--tag=localhost/coelho-realtime', '.')
  const inspected = await buildah('inspect', '--type=image', 'localhost/coelho-realtime')
  const { OCIv1 } = JSON.parse(inspected) as { OCIv1: { config: BuiltImage['config'] } }
  const container = (await buildah('from', '--pull-never', 'localhost/coelho-realtime')).trim()
  const rootfs = (await buildah('mount', container)).trim()
  return {
    rootfs,
    config: OCIv1.config,
    async [Symbol.asyncDispose]() {
      await buildah('rm', '--all')
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

/** What the base of a published image has: the C and C++ libraries, certificates, one user. */
function layOutBase(folder: string): void {
  const node = join(ROOT, '.cache/image/rootfs/usr/local/bin/node')
  const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)
  const files = ['/etc/ssl/certs/ca-certificates.crt', ...[...libraries].map(match => match[1] as string)]
  for (const file of files) {
    const to = join(folder, 'root', file)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(file, to)
  }
  writeFileSync(join(folder, 'root/etc/passwd'), PASSWD)
  writeFileSync(join(folder, 'Containerfile'), 'FROM scratch\nCOPY root/ /\n')
}
