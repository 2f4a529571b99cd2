import { execFile } from 'node:child_process'
import { access, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const OLDEST = [3, 11]

export interface PythonEnvironment {
  /** Makes the environment once; a complete one is left alone. Returns its Python. */
  install(): Promise<string>
  /** Its Python. Throws with the remedy where it is missing or not the one that is wanted. */
  require(): Promise<string>
}

/** A virtual environment in `folder` with exactly what a pinned list of requirements names. */
export function pythonEnvironment({
  folder,
  requirements,
}: {
  folder: string
  requirements: string
}): PythonEnvironment {
  const marker = join(folder, 'installed.txt')
  const python = join(
    folder,
    ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
  )
  const installed = () => readFile(marker, 'utf8').catch(() => null)

  return {
    async install() {
      const wanted = await readFile(requirements, 'utf8')
      if ((await installed()) === wanted && (await exists(python))) return python
      const system = await findPython()
      // Whatever happens on the way, a half-made environment must not pass for a whole one.
      await rm(marker, { force: true })
      if (!(await exists(python))) await run(system, ['-m', 'venv', folder])
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps']
      try {
        await run(python, [...pip, '-r', requirements], { maxBuffer: 2 ** 26 })
      } catch (error) {
        throw new Error(
          `The packages of ${requirements} could not be installed into ${folder}: a package index is wanted.`,
          { cause: error },
        )
      }
      await writeFile(marker, wanted)
      return python
    },

    async require() {
      const wanted = await readFile(requirements, 'utf8')
      if ((await installed()) === wanted && (await exists(python))) return python
      throw new Error(`The packages of ${requirements} are not installed in ${folder}: run npm run engines.`)
    },
  }
}

/** The first Python on PATH that the packages support. */
async function findPython(): Promise<string> {
  for (const command of ['python3', 'python', 'python3.13', 'python3.12', 'python3.11']) {
    const version = await run(command, ['-c', 'import sys; print(*sys.version_info[:2])']).then(
      ({ stdout }) => stdout.trim().split(' ').map(Number),
      () => [],
    )
    const [major = 0, minor = 0] = version
    if (major === OLDEST[0] && minor >= (OLDEST[1] as number)) return command
  }
  throw new Error(`Python ${OLDEST.join('.')} or later, with venv, is wanted on PATH.`)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
