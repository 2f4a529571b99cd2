import type { BufferOptions } from './message-buffer.ts'

export interface RequestOptions {
  /** Ends the request; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /** Milliseconds from the call to its answer, retries included; the client's by default. */
  timeoutMs?: number | undefined
}

export interface SubscribeOptions {
  /** Ends the iteration quietly. */
  signal?: AbortSignal | undefined
  /** What to keep when messages come faster than they are taken. */
  buffer?: BufferOptions | undefined
  /**
   * Whether to go on from the last cursor seen after a lost connection. By default wherever the subscription can and the
   * buffer's policy is not `latest`.
   */
  resume?: boolean | undefined
}

/** How queries and mutations travel. Data is typed by the caller: nothing is checked against a schema here. */
export interface RequestRunners {
  /** @throws RequestError */
  query<Data>(document: string, variables?: object, options?: RequestOptions): Promise<Data>
  /** @throws RequestError. Never repeated: the first attempt may have been carried out. */
  mutate<Data>(document: string, variables?: object, options?: RequestOptions): Promise<Data>
}

/** How subscriptions travel. */
export interface SubscriptionRunner {
  /** Every iteration is a subscription of its own, from its first step to its end. Iterating throws RequestError. */
  subscribe<Data extends object>(
    document: string,
    variables?: object,
    options?: SubscribeOptions,
  ): AsyncIterable<Data>
}
