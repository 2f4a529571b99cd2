/** Desired state, sessions and producers' settings of a deployment: the newest value of a key wins, in every process. */
export interface Control extends AsyncDisposable {
  get<T>(key: string): T | undefined
  entries<T>(prefix: string): [key: string, value: T][]
  /** Durable once resolved, and seen by `get` here; other processes see it as soon as it reaches them. */
  put(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** Calls back after a value under `prefix` changed, here or elsewhere; undefined when it was deleted. */
  onChange<T>(prefix: string, listener: (key: string, value: T | undefined) => void): Disposable
  /** Resolves once everything that was written before the call, by anyone, is seen here. */
  settle(): Promise<void>
}
