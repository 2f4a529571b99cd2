import { PortError, type PortErrorCode } from '#ports/port-error.ts'

/** What the answer of a store, or its absence, means. */
export type FailureKind =
  /** Try again: the network, an overloaded store, a conflict of writers, a clock that the client has just learned. */
  | 'TRANSIENT'
  | 'ABSENT'
  | 'NO_BUCKET'
  /** A condition of the request does not hold. */
  | 'PRECONDITION'
  | 'BEYOND_END'
  | 'DENIED'
  | 'FULL'
  | 'UNTRUSTED'
  | 'REFUSED'

const BY_NAME: Readonly<Record<string, FailureKind>> = {
  NoSuchBucket: 'NO_BUCKET',
  NoSuchKey: 'ABSENT',
  NotFound: 'ABSENT',
  PreconditionFailed: 'PRECONDITION',
  InvalidRange: 'BEYOND_END',
  AccessDenied: 'DENIED',
  InvalidAccessKeyId: 'DENIED',
  SignatureDoesNotMatch: 'DENIED',
  XAdminUserNotFound: 'DENIED',
  ExpiredToken: 'DENIED',
  InvalidToken: 'DENIED',
  CredentialsProviderError: 'DENIED',
  QuotaExceeded: 'FULL',
  XMinioStorageFull: 'FULL',
  InsufficientStorage: 'FULL',
  RequestTimeTooSkewed: 'TRANSIENT',
  RequestTimeout: 'TRANSIENT',
  SlowDown: 'TRANSIENT',
  InternalError: 'TRANSIENT',
  ConditionalRequestConflict: 'TRANSIENT',
  OperationAborted: 'TRANSIENT',
  NoSuchUpload: 'REFUSED',
  BadDigest: 'TRANSIENT',
  IncompleteBody: 'TRANSIENT',
  XAmzContentChecksumMismatch: 'TRANSIENT',
  TimeoutError: 'TRANSIENT',
  NotImplemented: 'REFUSED',
}

const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: 'DENIED',
  403: 'DENIED',
  404: 'ABSENT',
  408: 'TRANSIENT',
  409: 'TRANSIENT',
  412: 'PRECONDITION',
  416: 'BEYOND_END',
  425: 'TRANSIENT',
  429: 'TRANSIENT',
  501: 'REFUSED',
  505: 'REFUSED',
  507: 'FULL',
}

/** Of Node's TLS: who answers is not who was wanted, or speaks no TLS. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|^EPROTO$|ERR_SSL/

export const kindOf = (error: unknown): FailureKind => {
  const { name, code, status } = partsOf(error)
  const named = BY_NAME[name] ?? BY_NAME[code]
  if (named) return named
  if (UNTRUSTED.test(code)) return 'UNTRUSTED'
  if (status !== null) {
    // Requests without a body are answered without a reason; one that is given and unknown is another.
    if (status === 404 && name !== '' && !/^(UnknownError|Unknown|404)$/.test(name)) return 'REFUSED'
    // An answer that says success but can't be read was cut, or is none of S3.
    if (status < 300 || status >= 500) return BY_STATUS[status] ?? 'TRANSIENT'
    return BY_STATUS[status] ?? 'REFUSED'
  }
  return /^E[A-Z_]+$/.test(code) ? 'TRANSIENT' : 'REFUSED'
}

export interface StorePlace {
  /** `s3://bucket/prefix`. */
  uri: string
  bucket: string
  /** Without user and password. */
  endpoint: string
  /** Are left out of every message. */
  secrets: readonly string[]
}

const CODES: Readonly<Record<FailureKind, PortErrorCode>> = {
  TRANSIENT: 'ENGINE_UNREACHABLE',
  UNTRUSTED: 'ENGINE_UNREACHABLE',
  ABSENT: 'NOT_FOUND',
  NO_BUCKET: 'ENGINE_UNSUPPORTED',
  PRECONDITION: 'ENGINE_UNSUPPORTED',
  BEYOND_END: 'ENGINE_UNSUPPORTED',
  REFUSED: 'ENGINE_UNSUPPORTED',
  DENIED: 'ENGINE_ACCESS_DENIED',
  FULL: 'STORAGE_FULL',
}

/** What a failed request means to a user of the port. `what` says what was tried: "store lake/a". */
export const s3Failure = (error: unknown, what: string, place: StorePlace): PortError => {
  if (error instanceof PortError) return error
  const kind = kindOf(error)
  const { status, region } = partsOf(error)
  const reason = reasonOf(error, place.secrets)
  return new PortError(
    CODES[kind],
    `Could not ${what} in ${place.uri} at ${place.endpoint}: ${reason}. ${remedyOf(kind, place, region)}`,
    // The error of the client carries the request, with its signature and session token.
    { cause: new Error(reason), details: { uri: place.uri, endpoint: place.endpoint, status } },
  )
}

const remedyOf = (kind: FailureKind, { bucket }: StorePlace, region: string | null): string => {
  switch (kind) {
    case 'TRANSIENT':
      return 'Check that the store runs, and AWS_ENDPOINT_URL.'
    case 'UNTRUSTED':
      return 'Check AWS_ENDPOINT_URL (http or https), and NODE_EXTRA_CA_CERTS for an authority of your own.'
    case 'ABSENT':
      return 'There is no such object.'
    case 'NO_BUCKET':
      return `Create the bucket ${bucket}, or name another in LAKE_URI.`
    case 'PRECONDITION':
      return 'Somebody replaced it meanwhile: try again.'
    case 'DENIED':
      return `Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that they may get, put, list and delete objects of ${bucket}.`
    case 'FULL':
      return 'Free space in the store, or raise the quota.'
    default:
      return region
        ? `Set AWS_REGION to ${region}.`
        : 'An S3-compatible store is wanted; check AWS_ENDPOINT_URL.'
  }
}

const reasonOf = (error: unknown, secrets: readonly string[]): string => {
  const { name, code, status, message } = partsOf(error)
  const parts = [name !== 'Error' && name, code !== name && code, status && `HTTP ${status}`, message]
  const text = [...new Set(parts.filter(part => part && part !== 'Unknown' && part !== 'UnknownError'))].join(
    ', ',
  )
  return secrets
    .filter(secret => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
    .replace(/\.$/, '')
}

const partsOf = (error: unknown) => {
  const all = (typeof error === 'object' && error !== null ? error : {}) as Readonly<Record<string, unknown>>
  const metadata = all['$metadata'] as { httpStatusCode?: unknown } | undefined
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    name: text(all['name']),
    code: text(all['code']) || text(all['Code']),
    message: error instanceof Error ? error.message : String(error),
    region: text(all['Region']) || null,
    status: typeof metadata?.httpStatusCode === 'number' ? metadata.httpStatusCode : null,
  }
}
