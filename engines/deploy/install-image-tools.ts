import { runTool } from './run-tool.ts'

const REMEDY = 'the packages buildah and runc, and for a smaller image binutils, are wanted.'

/** Installs buildah, runc and binutils by apt where they are missing and this user may. Throws with the remedy otherwise. */
export async function installImageTools(): Promise<void> {
  if (await hasAll()) return
  if (process.getuid?.() !== 0) throw new Error(`Only root can install packages: ${REMEDY}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await runTool('apt-get', ['update', '--quiet'], { env })
  const packages = ['buildah', 'runc', 'binutils', 'ca-certificates']
  await runTool('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env })
  if (!(await hasAll())) throw new Error(`Packages were installed and are not on PATH: ${REMEDY}`)
}

async function hasAll(): Promise<boolean> {
  const found = await Promise.all(
    ['buildah', 'runc', 'strip'].map(command =>
      runTool(command, ['--version']).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.every(Boolean)
}
