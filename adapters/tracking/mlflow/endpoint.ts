import { PortError } from '#ports/port-error.ts'

export interface EndpointOptions {
  /** http:// or https://, with a path if the server has a static prefix; may hold a user name and password. */
  uri: string
  username?: string
  password?: string
  token?: string
}

/** Where the server is and how to show who asks. */
export interface Endpoint {
  origin: string
  /** Before every path; empty or beginning with a slash. */
  prefix: string
  /** For messages: without credentials. */
  shown: string
  authorization: string | null
  /** Whom a refusal names. */
  identity: string
}

/** Throws `INVALID_ARGUMENT`, without the credentials that may stand in it, for what is no address of a server. */
export const parseEndpoint = ({ uri, username, password, token }: EndpointOptions): Endpoint => {
  const url = URL.parse(uri)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new PortError(
      'INVALID_ARGUMENT',
      `MLFLOW_TRACKING_URI is no address of an MLflow server; wanted is http://host:port or https://host:port.`,
    )
  }
  const user = username ?? decodeURIComponent(url.username)
  const prefix = url.pathname.replace(/\/+$/, '')
  return {
    origin: url.origin,
    prefix,
    shown: url.origin + prefix,
    ...identify(user, password ?? decodeURIComponent(url.password), token),
  }
}

const identify = (
  user: string,
  password: string,
  token: string | undefined,
): Pick<Endpoint, 'authorization' | 'identity'> => {
  if (token) return { authorization: `Bearer ${token}`, identity: 'the token of MLFLOW_TRACKING_TOKEN' }
  if (!user) return { authorization: null, identity: 'a request without credentials' }
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return { authorization, identity: `the user ${user}` }
}
