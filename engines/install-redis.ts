import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const REMEDY = 'install Redis 6.2 or later: the package redis-server (Debian, Ubuntu) or redis (others).'

/** Installs `redis-server` by apt where it is missing and this user may. Returns its version. Throws with the remedy otherwise. */
export async function installRedis(): Promise<string> {
  const found = await redisVersion()
  if (found) return found
  if (process.getuid?.() !== 0)
    throw new Error(`redis-server is not on PATH, and only root can install packages: ${REMEDY}`)
  const env = { ...installEnvironment(), DEBIAN_FRONTEND: 'noninteractive' }
  const packages = ['redis-server', 'redis-sentinel']
  try {
    // A new machine has no list of packages, or an old one.
    await run('apt-get', ['update', '--quiet'], { env, maxBuffer: 2 ** 26 })
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], {
      env,
      maxBuffer: 2 ** 26,
    })
  } catch (error) {
    throw new Error(`redis-server is not on PATH, and apt-get could not install it: ${REMEDY}`, {
      cause: error,
    })
  }
  const installed = await redisVersion()
  if (!installed) throw new Error(`redis-server was installed and is not on PATH: ${REMEDY}`)
  return installed
}

async function redisVersion(): Promise<string | null> {
  return run('redis-server', ['--version']).then(
    ({ stdout }) => /v=(\S+)/.exec(stdout)?.[1] ?? stdout.trim(),
    () => null,
  )
}

function installEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}
