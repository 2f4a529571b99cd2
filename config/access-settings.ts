import type { EnvironmentReader } from './environment-reader.ts'
import { LOOPBACK } from './loopback.ts'
import { readSecretPair } from './secret-pair.ts'

/** Who may use the graph. */
export interface AccessSettings {
  /** Tokens that clients prove themselves with: the one in use, then the one before; without any, this machine only is served. */
  tokens: readonly string[]
}

export function readAccessSettings(read: EnvironmentReader): AccessSettings {
  return { tokens: readSecretPair(read, 'ACCESS_TOKEN') }
}

/** The headers with which a client of a protected gateway proves itself; none without a token. */
export function accessHeaders({ tokens: [token] }: AccessSettings): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

/** Adds a problem for an address that other machines reach while no token is set. */
export function demandToken(read: EnvironmentReader, host: string): void {
  if (LOOPBACK.has(host) || read.set(['ACCESS_TOKEN']).length > 0) return
  read.problem(
    `--host: "${host}" given without ACCESS_TOKEN; whoever reaches the address could do everything, so a token or a loopback address such as 127.0.0.1 wanted.`,
  )
}
