import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EnvironmentReader } from './environment-reader.ts'
import { withoutCredentials } from './without-credentials.ts'

/** Where the tables are: a folder, or a prefix in an S3-compatible store. */
export type LakeSettings = { directory: string } | S3Settings

export interface S3Settings {
  bucket: string
  prefix?: string
  endpoint?: string
  region?: string
  accessKeyId?: string
  secretAccessKey?: string
  sessionToken?: string
  /** Most bytes of data files that are kept on this machine. */
  cacheBytes?: number
}

const MEBIBYTE = 1024 * 1024
const WANTED = 's3://bucket/prefix or the path of a folder wanted'
/** What S3 allows: lower case, digits, dots and dashes. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/**
 * `LAKE_URI` and, for a store, `AWS_*` as its own tools name them; undefined where no place is named. `AWS_*` without a store is
 * no mistake: many environments have them.
 */
export function readLakeSettings(read: EnvironmentReader): LakeSettings | undefined {
  const uri = read.text('LAKE_URI')
  const cacheBytes = read.integer('LAKE_CACHE_BYTES', { min: MEBIBYTE, max: Number.MAX_SAFE_INTEGER })
  const isStore = uri !== undefined && /^s3:\/\//i.test(uri)
  if (!isStore && read.set(['LAKE_CACHE_BYTES']).length > 0)
    read.problem('LAKE_CACHE_BYTES is set without a store: LAKE_URI with s3://bucket/prefix wanted.')
  if (uri === undefined) return undefined
  if (!isStore) return readFolder(read, uri)
  const place = readPlace(read, uri)
  const access = readAccess(read)
  return place && { ...place, ...access, ...(cacheBytes !== undefined && { cacheBytes }) }
}

function readFolder(read: EnvironmentReader, uri: string): LakeSettings | undefined {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase()
  if (scheme === undefined) return { directory: resolve(uri) }
  const url = scheme === 'file' ? URL.parse(uri) : null
  try {
    if (url) return { directory: fileURLToPath(url) }
  } catch {
    // A file URL with a host, for one; told below.
  }
  read.problem(`LAKE_URI: "${withoutCredentials(uri)}" given, ${WANTED}.`)
  return undefined
}

function readPlace(read: EnvironmentReader, uri: string): Pick<S3Settings, 'bucket' | 'prefix'> | undefined {
  const [bucket = '', ...parts] = uri.slice('s3://'.length).replace(/\/+$/, '').split('/')
  // Parts that are empty or mean a folder above would name objects that tools show under other names.
  const isPath = parts.every(part => part !== '' && part !== '.' && part !== '..')
  if (BUCKET.test(bucket) && isPath) return { bucket, ...(parts.length > 0 && { prefix: parts.join('/') }) }
  const reason = bucket.includes('@') ? 'Credentials belong into AWS_ACCESS_KEY_ID, ' : ''
  read.problem(`LAKE_URI: "${withoutCredentials(uri)}" given, ${reason}${WANTED}.`)
  return undefined
}

function readAccess(read: EnvironmentReader): Omit<S3Settings, 'bucket' | 'prefix'> {
  const endpoint = read.url('AWS_ENDPOINT_URL', ['http:', 'https:'])
  if (endpoint && (endpoint.username || endpoint.password))
    read.problem(
      'AWS_ENDPOINT_URL carries a user or a password; AWS_ACCESS_KEY_ID and _SECRET_ACCESS_KEY wanted.',
    )
  const region = read.text('AWS_REGION')
  const accessKeyId = read.secret('AWS_ACCESS_KEY_ID')
  const secretAccessKey = read.secret('AWS_SECRET_ACCESS_KEY')
  const sessionToken = read.secret('AWS_SESSION_TOKEN')
  const given = read.set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
  if (given.length === 1)
    read.problem(`${given[0]} is set alone; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY wanted together.`)
  return {
    ...(endpoint && { endpoint: endpoint.href.replace(/\/$/, '') }),
    ...(region && { region }),
    ...(accessKeyId && secretAccessKey && { accessKeyId, secretAccessKey }),
    ...(accessKeyId && secretAccessKey && sessionToken && { sessionToken }),
  }
}
