import { PortError } from '#ports/port-error.ts'
import type { Endpoint } from './endpoint.ts'

/** Failures before anything was sent. */
const UNSENT = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]
const CERTIFICATE = /CERT|SIGNATURE|^ERR_TLS/
/** Answers of a server, or of a proxy before it, that will be right later. */
const PASSING = [429, 502, 503, 504]
const LONGEST_QUOTE = 300

export interface Answer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Uint8Array
}

/** What became of a request that brought no answer. */
export const failureKind = (error: unknown): 'unsent' | 'in doubt' | 'hopeless' => {
  const code = codeOf(error)
  if (UNSENT.includes(code)) return 'unsent'
  return CERTIFICATE.test(code) || code === 'EPROTO' ? 'hopeless' : 'in doubt'
}

export const isPassing = ({ status }: Answer): boolean => PASSING.includes(status)

/** No answer, in as long as was waited. */
export const unreachable = ({ shown }: Endpoint, error: unknown): PortError => {
  const code = codeOf(error)
  const remedy = CERTIFICATE.test(code)
    ? 'name the authority of its certificate in NODE_EXTRA_CA_CERTS'
    : 'start the server, or correct the setting'
  return new PortError(
    'ENGINE_UNREACHABLE',
    `MLflow at ${shown} (MLFLOW_TRACKING_URI) cannot be reached: ${code || messageOf(error)}; ${remedy}.`,
    { cause: error, details: { url: shown } },
  )
}

/** A server that says it cannot answer now, for as long as was waited. */
export const unavailable = ({ shown }: Endpoint, { status }: Answer): PortError =>
  new PortError(
    'ENGINE_UNREACHABLE',
    `MLflow at ${shown} (MLFLOW_TRACKING_URI) answers with status ${status}; look into its log.`,
    { details: { url: shown, status } },
  )

/** The error for an answer that is none of success. */
export const refusal = (endpoint: Endpoint, answer: Answer): PortError => {
  const { shown, identity } = endpoint
  const { status } = answer
  const { code, message } = errorOf(answer)
  const details = { url: shown, status, errorCode: code }
  if (status === 401 || status === 403) {
    const remedy = message.includes('Host header')
      ? 'allow this address by --allowed-hosts of the server'
      : 'correct MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, or grant the permission'
    return new PortError(
      'ENGINE_ACCESS_DENIED',
      `MLflow at ${shown} (MLFLOW_TRACKING_URI) refuses ${identity} with status ${status}; ${remedy}.`,
      { details },
    )
  }
  if (status >= 300 && status < 400) {
    return new PortError(
      'ENGINE_UNREACHABLE',
      `${shown} (MLFLOW_TRACKING_URI) sends elsewhere with status ${status}; set the address of the server itself.`,
      { details },
    )
  }
  if (code === 'RESOURCE_DOES_NOT_EXIST')
    return new PortError('NOT_FOUND', `MLflow says: ${message}`, { details })
  return new PortError('TRACKING_REFUSED', `MLflow at ${shown} answers with status ${status}: ${message}`, {
    details,
  })
}

/** Something answers, but not in the way of the wanted server. */
export const notMlflow = ({ shown }: Endpoint, what: string): PortError =>
  new PortError(
    'ENGINE_UNSUPPORTED',
    `${shown} (MLFLOW_TRACKING_URI) is not the server that is wanted: ${what}.`,
    {
      details: { url: shown },
    },
  )

const errorOf = ({ body }: Answer): { code: string | null; message: string } => {
  const text = Buffer.from(body).toString('utf8')
  try {
    const { error_code: code, message, detail } = JSON.parse(text)
    return { code: code ?? null, message: shorten(String(message ?? detail ?? text)) }
  } catch {
    return { code: null, message: shorten(text) }
  }
}

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const quoted = line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line
  return quoted.endsWith('.') ? quoted : `${quoted}.`
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
