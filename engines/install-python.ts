import { execFile } from 'node:child_process'
import { access, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')
const VENV = join(import.meta.dirname, '../.cache/engines/python')
const INSTALLED = join(VENV, 'installed.txt')
const PYTHON = join(VENV, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))
const OLDEST = [3, 11]

/** Makes the virtual environment that engines/requirements.txt describes, once; a complete one is left alone. Returns its Python. */
export async function installPython(): Promise<string> {
  const wanted = await readFile(REQUIREMENTS, 'utf8')
  if ((await installed()) === wanted && (await exists(PYTHON))) return PYTHON
  const system = await findPython()
  // Whatever happens on the way, a half-made environment must not pass for a whole one.
  await rm(INSTALLED, { force: true })
  if (!(await exists(PYTHON))) await run(system, ['-m', 'venv', VENV])
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '-r',
    REQUIREMENTS,
  ]
  try {
    await run(PYTHON, pip, { maxBuffer: 2 ** 26 })
  } catch (error) {
    throw new Error(
      `The packages of ${REQUIREMENTS} could not be installed into ${VENV}: a package index is wanted.`,
      {
        cause: error,
      },
    )
  }
  await writeFile(INSTALLED, wanted)
  return PYTHON
}

/** The environment's Python. Throws with the remedy where it is missing or not the one that is wanted. */
export async function requirePython(): Promise<string> {
  const wanted = await readFile(REQUIREMENTS, 'utf8')
  if ((await installed()) === wanted && (await exists(PYTHON))) return PYTHON
  throw new Error(`The Python packages of ${REQUIREMENTS} are not installed in ${VENV}: run npm run engines.`)
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
  throw new Error(`Python ${OLDEST.join('.')} or later, with venv, is wanted on PATH for MLflow.`)
}

const installed = (): Promise<string | null> => readFile(INSTALLED, 'utf8').catch(() => null)

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
