import { execFile } from 'node:child_process'
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const VERSION = '1.8.0'
const FOLDER = join(import.meta.dirname, `../.cache/engines/versitygw-${VERSION}`)
const BINARY = join(FOLDER, process.platform === 'win32' ? 'versitygw.exe' : 'versitygw')

/** Builds versitygw, an S3 server over a folder (Apache-2.0), with Go, once. Returns the program. */
export async function installVersitygw(): Promise<string> {
  if (await exists()) return BINARY
  const { PATH = '', HOME = '', ...rest } = process.env
  await mkdir(FOLDER, { recursive: true })
  try {
    await promisify(execFile)('go', ['install', `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`], {
      env: { ...rest, PATH, HOME, GOBIN: FOLDER, GOFLAGS: '-mod=mod' },
      maxBuffer: 2 ** 26,
    })
  } catch (error) {
    throw new Error(`versitygw ${VERSION} could not be built: Go is wanted on PATH.`, { cause: error })
  }
  return BINARY
}

/** The program. Throws with the remedy where it is missing. */
export async function requireVersitygw(): Promise<string> {
  if (await exists()) return BINARY
  throw new Error(`versitygw ${VERSION} is not installed in ${FOLDER}: run npm run engines.`)
}

const exists = (): Promise<boolean> =>
  access(BINARY).then(
    () => true,
    () => false,
  )
