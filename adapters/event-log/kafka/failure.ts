import { PortError } from '#ports/port-error.ts'
import type { KafkaJsError } from './kafkajs-internals.ts'
import type { KafkaSettings } from './kafka-options.ts'
import { errorType } from './protocol-error.ts'

/** Node's codes for a certificate that the client cannot trust. */
const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
/** What an outage in the middle of a login looks like: kafkajs wraps it as if the login had been refused. */
const INTERRUPTED = /closed|connection (error|timeout)|timed out|not connected|disconnected/i
const CONNECTION_ERRORS = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSLockTimeout',
])

/** Whether a broker could not be reached or did not answer, so that nobody knows what became of the request. */
export const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error) || errorType(error) !== undefined) return false
  if (error.name === 'KafkaJSSASLAuthenticationError') return INTERRUPTED.test(error.message)
  const { code } = error as KafkaJsError
  return (
    CONNECTION_ERRORS.has(error.name) ||
    error.message === 'The connection has been closed.' ||
    (typeof code === 'string' && /^(E[A-Z]+|ERR_STREAM_.*|ERR_SOCKET_.*)$/.test(code))
  )
}

/** Whether trying again may help. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && errorType(error) !== undefined
    ? error.retriable === true
    : isOutage(error)

/**
 * The error for a failure that no further attempt can mend, with the setting that has to change; null for one that may
 * pass. `target` is what was spoken to or asked for.
 */
export const finalFailure = (
  error: unknown,
  target: string,
  { tls, sasl }: Pick<KafkaSettings, 'tls' | 'sasl'>,
): PortError | null => {
  if (error instanceof PortError) return error
  const type = errorType(error)
  const { name, message, code } = error as KafkaJsError
  const denied = (text: string) =>
    new PortError('ENGINE_ACCESS_DENIED', `Kafka, ${target}: ${text}`, { cause: error })
  const unreachable = (text: string) =>
    new PortError('ENGINE_UNREACHABLE', `Kafka, ${target}: ${text}`, { cause: error })

  if (type?.endsWith('_AUTHORIZATION_FAILED')) {
    const who = sasl ? `user ${sasl.username} (KAFKA_SASL_USERNAME)` : 'this client, which does not log in,'
    return denied(`${who} lacks a permission (${type}): grant it by an ACL, or use a user that has it.`)
  }
  const refused =
    type === 'SASL_AUTHENTICATION_FAILED' ||
    type === 'UNSUPPORTED_SASL_MECHANISM' ||
    type === 'ILLEGAL_SASL_STATE'
  if (refused || (name === 'KafkaJSSASLAuthenticationError' && !INTERRUPTED.test(message))) {
    const given = sasl
      ? `the login of user ${sasl.username} by ${sasl.mechanism.toUpperCase()}`
      : 'a client without login'
    return denied(
      `the broker refused ${given}: check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`,
    )
  }
  if (typeof code === 'string' && UNTRUSTED.has(code)) {
    return unreachable(
      `the certificate is not trusted (${code}): give its authority in KAFKA_TLS_CA, and brokers by the names in it.`,
    )
  }
  if (/wrong version number|packet length too long|EPROTO.*(ssl|tls)/i.test(message) && tls) {
    return unreachable('the listener does not speak TLS: unset KAFKA_TLS, or use the port of a TLS listener.')
  }
  if (
    /certificate required|handshake failure|bad certificate|unknown ca|alert number (40|42|46|48|116)/i.test(
      message,
    )
  ) {
    return denied(
      'the broker wants a client certificate that it trusts: set KAFKA_TLS_CERT and KAFKA_TLS_KEY.',
    )
  }
  if (type === 'UNSUPPORTED_VERSION' || name === 'KafkaJSServerDoesNotSupportApiKey')
    return unsupportedKafka(target)
  if (isPassing(error)) return null
  if (type === undefined) return null
  return new PortError('ENGINE_UNSUPPORTED', `Kafka, ${target}: the broker answered ${message}`, {
    cause: error,
  })
}

export const unsupportedKafka = (target: string): PortError =>
  new PortError(
    'ENGINE_UNSUPPORTED',
    `Kafka, ${target}: the broker's version is not supported, wanted Apache Kafka 2.3 or newer: upgrade it, or set KAFKA_BROKERS to another.`,
  )
