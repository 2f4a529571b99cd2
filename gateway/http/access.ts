import { createHash, timingSafeEqual } from 'node:crypto'
import type { GatewayClient } from '../gateway-client.ts'
import type { Refusal } from './send-json.ts'

/** Whether a client has proven that it may use the gateway. */
export interface Access {
  /** Whether anything has to be proven. */
  isRequired: boolean
  /** Null if the client gave a token that is right, or none is needed. */
  check(client: GatewayClient): Refusal | null
  /** Whether the client gave anything at all to be checked. */
  isGiven(client: GatewayClient): boolean
}

/**
 * Tokens as `Authorization: Bearer <token>` (RFC 6750) or, for browsers, as the password of `Basic` (RFC 7617) under any
 * name. A websocket may bring them in `connectionParams.authorization` instead, since pages can't set its headers.
 * Without tokens everybody passes.
 */
export function createAccess(tokens: readonly string[]): Access {
  // Digests are of one length, as a comparison in constant time wants.
  const digests = tokens.map(digest)
  return {
    isRequired: digests.length > 0,
    isGiven: client => authorizationOf(client) !== undefined,
    check(client) {
      if (digests.length === 0) return null
      const authorization = authorizationOf(client)
      if (authorization === undefined)
        return unauthenticated(
          'No access token was given; the header `Authorization: Bearer <token>` was wanted.',
        )
      const token = tokenOf(authorization)
      if (token === undefined)
        return unauthenticated(
          'The Authorization header is neither `Bearer <token>` nor `Basic` with the token as its password.',
        )
      const given = digest(token)
      let isKnown = false
      for (const known of digests) isKnown = timingSafeEqual(known, given) || isKnown
      return isKnown ? null : unauthenticated('The access token given is not one that is accepted here.')
    },
  }
}

function authorizationOf({ headers, connectionParams }: GatewayClient): string | undefined {
  if (headers.authorization !== undefined) return headers.authorization
  const given = connectionParams?.['authorization'] ?? connectionParams?.['Authorization']
  return typeof given === 'string' ? given : undefined
}

function tokenOf(authorization: string): string | undefined {
  const [, scheme, value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? []
  if (scheme?.toLowerCase() !== 'basic') return scheme && value
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 ? undefined : pair.slice(colon + 1)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function unauthenticated(message: string): Refusal {
  return { code: 'UNAUTHENTICATED', message }
}
