/**
 * Short-lived shared state: live models, leases, notifications. Losing all of it costs time, never correctness.
 * Every adapter passes `ports/cache.contract.ts`.
 *
 * While its engine is away every method rejects with ENGINE_UNREACHABLE within a bounded time (ENGINE_ACCESS_DENIED or
 * ENGINE_UNSUPPORTED if that is why it cannot be used), and works again by itself once the engine is back. What a caller
 * makes of that:
 * - `get`: a miss. `set`, `delete`, `publish`: not known to have happened; go on without.
 * - `acquireLease`: unknown, neither taken nor refused. An owner keeps on until its own clock says that its lease has run
 *   out; a candidate takes nothing. Asking again is safe.
 * - `takeTokens`: let the request pass; the tokens may be gone.
 * - `subscribe` does not reject: it is heard from the moment the engine is back.
 */
export interface Cache extends AsyncDisposable {
  /** The value in an ArrayBuffer of its own, from its first byte on: the caller may change or transfer it. */
  get(key: string): Promise<Uint8Array | null>
  /** Stores a value whole, for `ttlMs` milliseconds if given. */
  set(key: string, value: Uint8Array, options?: { ttlMs?: number }): Promise<void>
  delete(key: string): Promise<boolean>
  /** Delivers `message` to every current subscriber of `channel`, in any process; at most once. */
  publish(channel: string, message: Uint8Array): Promise<void>
  subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<AsyncDisposable>
  /**
   * Takes or renews a lease. Null while another owner holds it. A cache may forget a lease (a flush, an eviction): then two
   * owners believe in it until the first one renews. Whatever must have one writer is fenced where it is written.
   */
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
  /** Tokens left, with the fraction that has flowed in. */
  left: number
  /** Milliseconds until `cost` tokens are there; 0 when they were taken, Infinity when `cost` exceeds the capacity. */
  retryAfterMs: number
}

export interface Lease {
  name: string
  owner: string
  /** At least 1; grows by one whenever the lease changes hands: a fencing token. */
  term: number
  /** Unix milliseconds by the cache's clock. An owner counts `ttlMs` on its own clock, from before it asked. */
  expiresAt: number
}
