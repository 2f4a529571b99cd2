import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, it } from 'node:test'
import { createRequestGuard } from './request-guard.ts'

const request = (headers: Record<string, string>, method = 'POST') =>
  ({ headers, method }) as unknown as IncomingMessage

describe('the request guard', () => {
  const guard = createRequestGuard({
    allowedHosts: ['graph.example', 'exact.example:8443'],
    allowedOrigins: ['https://app.example'],
  })
  const code = (headers: Record<string, string>, method?: string) =>
    guard.check(request(headers, method))?.code ?? null

  it('knows loopback names under any port, and configured hosts', () => {
    for (const host of [
      'localhost',
      'LOCALHOST:1',
      '127.0.0.1:4000',
      '[::1]:4000',
      'graph.example:99',
      'exact.example:8443',
    ]) {
      assert.equal(code({ host }), null, host)
    }
    for (const host of [
      '',
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '::1',
      '0.0.0.0',
      'localhost:4000:1',
      'localhost@evil.example',
      'exact.example',
      '127.0.0.2',
    ]) {
      assert.equal(code({ host }), 'FORBIDDEN_HOST', host)
    }
    assert.equal(code({}), 'FORBIDDEN_HOST')
  })

  it('takes pages of its own host and of configured origins, and programs that send no origin', () => {
    const host = 'localhost:4000'
    for (const origin of [
      'http://localhost:4000',
      'https://localhost:4000',
      'HTTPS://APP.EXAMPLE',
      'https://app.example',
    ]) {
      assert.equal(code({ host, origin }), null, origin)
    }
    for (const origin of [
      'null',
      '',
      'http://localhost',
      'http://localhost:4001',
      'http://127.0.0.1:4000',
      'https://app.example.evil',
      'http://app.example',
      'localhost:4000',
      'file://',
    ]) {
      assert.equal(code({ host, origin }), 'FORBIDDEN_ORIGIN', origin)
    }
    assert.equal(code({ host: 'graph.example:443', origin: 'https://graph.example' }), null)
    assert.equal(code({ host: 'graph.example:80', origin: 'https://graph.example' }), 'FORBIDDEN_ORIGIN')
  })

  it('sees from where a browser fetches without naming the origin', () => {
    const host = 'localhost'
    assert.equal(
      code({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'GET'),
      'FORBIDDEN_ORIGIN',
    )
    assert.equal(
      code({ host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 'GET'),
      'FORBIDDEN_ORIGIN',
    )
    assert.equal(code({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'GET'), null)
    assert.equal(
      code({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'POST'),
      'FORBIDDEN_ORIGIN',
    )
    for (const site of ['same-origin', 'none'])
      assert.equal(code({ host, 'sec-fetch-site': site }, 'GET'), null, site)
  })
})
