import { type Client, createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { until } from './until.ts'

export interface Message<T> {
  data?: T | null
  errors?: readonly { message: string; extensions?: { code?: string } }[]
  extensions?: { seq: number; dropped?: number; gap?: unknown }
}

export interface Subscribed<T> {
  readonly messages: readonly Message<T>[]
  readonly completed: boolean
  /** Why the server refused or the connection broke. */
  readonly failure: unknown
  /** Resolves to the first messages that are enough. */
  take(count: number): Promise<Message<T>[]>
  until(what: string, enough: (messages: readonly Message<T>[]) => boolean): Promise<Message<T>[]>
  leave(): void
}

export interface Subscriber extends AsyncDisposable {
  readonly client: Client
  subscribe<T>(query: string, variables?: Record<string, unknown>): Subscribed<T>
}

/** A websocket of the graphql-ws client, and what comes over it. */
export function createSubscriber(url: string): Subscriber {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  return {
    client,
    subscribe: (query, variables) => subscribe(client, query, variables),
    [Symbol.asyncDispose]: async () => void (await client.dispose()),
  }
}

function subscribe<T>(client: Client, query: string, variables: Record<string, unknown> = {}): Subscribed<T> {
  const messages: Message<T>[] = []
  let failure: unknown = null
  let completed = false
  const leave = client.subscribe<T, Message<T>['extensions']>(
    { query, variables },
    {
      next: message => void messages.push(message as Message<T>),
      error: error => (failure = error),
      complete: () => (completed = true),
    },
  )
  const waitFor = async (what: string, enough: (messages: readonly Message<T>[]) => boolean) => {
    await until(what, () => {
      if (failure && !enough(messages)) throw new Error(`${what}: ${JSON.stringify(failure)}`)
      return enough(messages)
    })
    return [...messages]
  }
  return {
    messages,
    get completed() {
      return completed
    },
    get failure() {
      return failure
    },
    take: async count =>
      (await waitFor(`${count} messages of ${query}`, ({ length }) => length >= count)).slice(0, count),
    until: waitFor,
    leave,
  }
}
