import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { finalFailure, isOutage, isPassing } from './failure.ts'
import { protocolError } from './protocol-error.ts'

const settings = { sasl: { mechanism: 'plain', username: 'alice', password: 'hidden' } } as const
const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more })
const CODES = {
  notLeader: 6,
  loading: 14,
  topicDenied: 29,
  unsupportedVersion: 35,
  fenced: 90,
  unknown: 1234,
}

describe('a failure', () => {
  test('passes where the broker is away, moves or loads', () => {
    for (const error of [
      named('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED 127.0.0.1:1', {
        code: 'ECONNREFUSED',
      }),
      named('KafkaJSConnectionClosedError', 'Closed connection'),
      named('KafkaJSRequestTimeoutError', 'Request Fetch timed out'),
      named('KafkaJSSASLAuthenticationError', 'SASL PLAIN authentication failed: Closed connection'),
      protocolError(CODES.notLeader),
      protocolError(CODES.loading),
    ]) {
      assert.equal(isPassing(error), true, error.message)
      assert.equal(finalFailure(error, 'host:1', settings), null, error.message)
    }
  })
  test('is no outage where the broker has answered', () => {
    assert.equal(isOutage(protocolError(CODES.notLeader)), false)
    assert.equal(isOutage(new TypeError('a fault of ours')), false)
    assert.equal(isPassing(new TypeError('a fault of ours')), false)
  })
  test('is final, with setting and target but no secret, where it cannot pass', () => {
    const cases: [Error, string, RegExp][] = [
      [protocolError(CODES.topicDenied), 'ENGINE_ACCESS_DENIED', /alice.*ACL/],
      [
        named('KafkaJSSASLAuthenticationError', 'SASL PLAIN authentication failed: Invalid username'),
        'ENGINE_ACCESS_DENIED',
        /KAFKA_SASL_PASSWORD/,
      ],
      [protocolError(CODES.unsupportedVersion), 'ENGINE_UNSUPPORTED', /2\.3/],
      [
        named('KafkaJSConnectionError', 'self-signed', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
        'ENGINE_UNREACHABLE',
        /KAFKA_TLS_CA/,
      ],
      [
        named('KafkaJSConnectionError', 'tlsv13 alert certificate required'),
        'ENGINE_ACCESS_DENIED',
        /KAFKA_TLS_CERT/,
      ],
      [protocolError(CODES.unknown), 'ENGINE_UNSUPPORTED', /1234/],
    ]
    for (const [error, code, pattern] of cases) {
      const final = finalFailure(error, 'host:1', settings)
      assert.equal(final?.code, code, error.message)
      assert.match(final.message, pattern)
      assert.match(final.message, /host:1/)
      assert.ok(final.message.endsWith('.') && !final.message.includes('hidden'))
    }
  })
  test('knows the codes that kafkajs does not', () => {
    assert.equal(protocolError(CODES.fenced).type, 'PRODUCER_FENCED')
    assert.equal(protocolError(CODES.fenced).retriable, false)
  })
})
