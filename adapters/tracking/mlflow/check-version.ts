import type { Endpoint } from './endpoint.ts'
import { notMlflow } from './failures.ts'
import type { Http } from './http.ts'

/**
 * The suites run against 3.17; of 3.1 it is known that a NaN which it has is refused when it is logged again. A first 4 may change
 * the API.
 */
const SUPPORTED = { from: [3, 0], before: [4, 0] }

/** Throws `ENGINE_UNSUPPORTED` unless the server is an MLflow of the supported versions. */
export const checkVersion = async (http: Http, endpoint: Endpoint): Promise<void> => {
  const { status, body } = await http.send('GET', '/version', { accept: [404, 405] })
  const text = Buffer.from(body).toString('utf8').trim()
  const [, major, minor] = /^(\d+)\.(\d+)(?:\.\w+)*$/.exec(text) ?? []
  const range = `${SUPPORTED.from.join('.')} or later, before ${SUPPORTED.before.join('.')}`
  if (status !== 200 || major === undefined || minor === undefined) {
    throw notMlflow(endpoint, `it does not tell a version of MLflow; wanted is MLflow ${range}`)
  }
  const version = [Number(major), Number(minor)]
  if (isBefore(version, SUPPORTED.from) || !isBefore(version, SUPPORTED.before)) {
    throw notMlflow(endpoint, `it is MLflow ${text}; wanted is ${range}`)
  }
}

const isBefore = ([major = 0, minor = 0]: number[], [otherMajor = 0, otherMinor = 0]: number[]): boolean =>
  major < otherMajor || (major === otherMajor && minor < otherMinor)
