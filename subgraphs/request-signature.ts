import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { CodedError } from './coded-error.ts'
import { INTERNAL_VERSION } from './internal-version.ts'
import { createNonceMemory } from './nonce-memory.ts'

/** `t=<unix ms>,n=<nonce>,v1=<mac>`, with one `v…=` for each version and secret that it was signed under. */
export const SIGNATURE_HEADER = 'x-coelho-signature'

/** What a signature covers. The upgrade of a websocket is a GET without a body. */
export interface SignableRequest {
  method: string
  /** With the query, as it stands in the request line. */
  path: string
  body?: string | Uint8Array | undefined
}

export interface ReceivedRequest extends SignableRequest {
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Headers to send with a request; fits `headersFor` of a remote subgraph. */
export type RequestSigner = (request: SignableRequest) => Record<string, string>

export interface RequestVerifier {
  /** `refusal` says why a request is not taken, in a sentence; it is null if a gateway that knows a secret has just made it. */
  verify(request: ReceivedRequest): Verified | { refusal: string }
}

export interface Verified {
  refusal: null
  /** To be asked where a request must not take effect twice: false if it came before. */
  isFirst(): boolean
}

interface Signature {
  at: number
  nonce: string
  macs: { version: number; mac: Buffer }[]
}

/**
 * How far the clocks of gateway and subgraph may differ. Machines that keep time by NTP differ by milliseconds; a minute is
 * for one that has lost its server for weeks, and still bounds what there is to remember against replays.
 */
const TOLERANCE_MS = 60_000
const SHORTEST_SECRET = 16
const MAX_MACS = 8
const NONCE = /^[\w-]{16,64}$/

/**
 * Signs requests of a gateway by HMAC-SHA256. While a secret is being changed, `previous` is the one before: requests are
 * signed under both, so that gateways and subgraphs can be given the new one in any order.
 * @throws CodedError `INVALID_ARGUMENT` for a secret below 16 characters.
 */
export function createRequestSigner({
  secret,
  previous,
  version = INTERNAL_VERSION,
  now = Date.now,
}: {
  secret: string
  previous?: string | undefined
  version?: number
  now?: () => number
}): RequestSigner {
  const secrets = checkSecrets(previous === undefined ? [secret] : [secret, previous])
  return request => {
    const at = now()
    const nonce = randomBytes(16).toString('base64url')
    const hash = hashOf(request.body)
    const macs = versionsOf(version).flatMap(each =>
      secrets.map(
        key => `v${each}=${macOf({ key, version: each, at, nonce, hash, request }).toString('base64url')}`,
      ),
    )
    return { [SIGNATURE_HEADER]: `t=${at},n=${nonce},${macs.join(',')}` }
  }
}

/**
 * Accepts requests signed under any of `secrets`, by a gateway of this version, the one before, or the one after, whose
 * clock differs by at most `toleranceMs`. `maxNonces` bounds what is remembered of requests that may happen once only.
 * @throws CodedError `INVALID_ARGUMENT` for a secret below 16 characters, or none.
 */
export function createRequestVerifier({
  secrets: given,
  toleranceMs = TOLERANCE_MS,
  version = INTERNAL_VERSION,
  maxNonces,
  now = Date.now,
}: {
  secrets: readonly string[]
  toleranceMs?: number
  version?: number
  maxNonces?: number
  now?: () => number
}): RequestVerifier {
  const secrets = checkSecrets(given)
  const versions = versionsOf(version)
  const nonces = createNonceMemory({ lifeMs: toleranceMs, now, ...(maxNonces && { max: maxNonces }) })
  return {
    verify(request) {
      const header = request.headers[SIGNATURE_HEADER]
      if (header === undefined) return refuse(`A header ${SIGNATURE_HEADER} was wanted; the gateway sets it.`)
      const signature = typeof header === 'string' ? parseSignature(header) : null
      if (!signature)
        return refuse(`The header ${SIGNATURE_HEADER} is not of the form t=…,n=…,v${version}=….`)
      const known = signature.macs.filter(each => versions.includes(each.version))
      if (known.length === 0) {
        const seen = signature.macs.map(each => `v${each.version}`).join(', ')
        return refuse(
          `The request is signed under ${seen}; ${versions.map(each => `v${each}`).join(' or ')} was wanted.`,
        )
      }
      const { at, nonce } = signature
      const hash = hashOf(request.body)
      const signed = known.some(({ version: of, mac }) =>
        secrets.some(key => timingSafeEqual(macOf({ key, version: of, at, nonce, hash, request }), mac)),
      )
      if (!signed) return refuse('The request is signed under another secret, or was changed on its way.')
      // Only now: whoever does not know the secret learns nothing about clocks.
      const skew = at - now()
      if (Math.abs(skew) > toleranceMs) {
        const direction = skew > 0 ? 'ahead of' : 'behind'
        return refuse(
          `The request's time is ${Math.round(Math.abs(skew) / 1000)} s ${direction} this clock; at most ${toleranceMs / 1000} s were wanted.`,
        )
      }
      return { refusal: null, isFirst: () => nonces.use(nonce, at) }
    },
  }
}

/** A release signs and accepts its own version and the one before, so that releases next to each other share one. */
function versionsOf(version: number): number[] {
  return version > 1 ? [version, version - 1] : [version]
}

function macOf({
  key,
  version,
  at,
  nonce,
  hash,
  request: { method, path },
}: {
  key: string
  version: number
  at: number
  nonce: string
  hash: string
  request: SignableRequest
}): Buffer {
  // A line each: none of them can hold a line break, so no two requests give the same text.
  const text = ['coelho-request', `v${version}`, at, nonce, method, path, hash].join('\n')
  return createHmac('sha256', key).update(text).digest()
}

function hashOf(body: string | Uint8Array = ''): string {
  return createHash('sha256').update(body).digest('hex')
}

function parseSignature(header: string): Signature | null {
  const [time = '', name = '', ...rest] = header.split(',')
  const at = /^t=(\d{1,15})$/.exec(time)?.[1]
  const nonce = name.startsWith('n=') ? name.slice(2) : ''
  if (at === undefined || !NONCE.test(nonce) || rest.length === 0 || rest.length > MAX_MACS) return null
  const macs = rest.map(part => {
    const [, version, mac] = /^v(\d{1,6})=([\w-]{43})$/.exec(part) ?? []
    return { version: Number(version), mac: Buffer.from(mac ?? '', 'base64url') }
  })
  return macs.every(({ mac }) => mac.length === 32) ? { at: Number(at), nonce, macs } : null
}

function checkSecrets(secrets: readonly string[]): readonly string[] {
  const shortest = Math.min(...secrets.map(secret => secret.length))
  if (secrets.length > 0 && shortest >= SHORTEST_SECRET) return secrets
  const given = secrets.length === 0 ? 'No secret' : `A secret of ${shortest} characters`
  throw new CodedError(
    'INVALID_ARGUMENT',
    `${given} was given for internal requests; at least ${SHORTEST_SECRET} characters were wanted (SUBGRAPH_SECRET).`,
  )
}

function refuse(refusal: string): { refusal: string } {
  return { refusal }
}
