/**
 * Short-lived shared state: live models, leases, notifications. Losing all of it costs time, never correctness.
 * Every adapter passes `ports/cache.contract.ts`.
 */
export interface Cache extends AsyncDisposable {
  get(key: string): Promise<Uint8Array | null>
  /** Stores a value whole, for `ttlMs` milliseconds if given. */
  set(key: string, value: Uint8Array, options?: { ttlMs?: number }): Promise<void>
  delete(key: string): Promise<boolean>
  /** Delivers `message` to every current subscriber of `channel`, in any process; at most once. */
  publish(channel: string, message: Uint8Array): Promise<void>
  subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<AsyncDisposable>
  /** Takes or renews a lease. Null while another owner holds it. */
  acquireLease(name: string, owner: string, ttlMs: number): Promise<Lease | null>
  /** True if `owner` held it. */
  releaseLease(name: string, owner: string): Promise<boolean>
  /** Who holds a lease now; null if nobody does or it has expired. */
  leaseHolder(name: string): Promise<Lease | null>
  /** Takes `cost` tokens out of a bucket that refills steadily, all or none. A bucket begins full. */
  takeTokens(bucket: string, options: TokenBucket): Promise<TokensTaken>
}

export interface TokenBucket {
  /** Most tokens that it holds. */
  capacity: number
  refillPerSecond: number
  /** Default 1. */
  cost?: number
}

export interface TokensTaken {
  taken: boolean
  /** Tokens left. */
  left: number
  /** Milliseconds until `cost` tokens are there; 0 when they were taken, Infinity when `cost` exceeds the capacity. */
  retryAfterMs: number
}

export interface Lease {
  name: string
  owner: string
  /** Grows by one whenever the lease changes hands: a fencing token. */
  term: number
  /** Unix milliseconds. */
  expiresAt: number
}
