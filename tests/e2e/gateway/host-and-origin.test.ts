import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codeOf, rawRequest } from './raw-request.ts'
import { startFixture } from './start-fixture.ts'

const json = { 'content-type': 'application/json' }

describe('the HTTP endpoint and the pages of other sites', () => {
  it('refuses foreign Host and Origin headers on every path', async () => {
    await using started = await startFixture()
    const { url, port } = started.gateway
    for (const path of ['/graphql', '/', '/metrics', '/healthz', '/ruru-static/ruru.js', '/nowhere']) {
      const host = await rawRequest(url + path, { headers: { host: `evil.example:${port}` } })
      assert.deepEqual([host.status, codeOf(host.text)], [403, 'FORBIDDEN_HOST'], path)
      const origin = await rawRequest(url + path, { headers: { origin: 'https://evil.example' } })
      assert.deepEqual([origin.status, codeOf(origin.text)], [403, 'FORBIDDEN_ORIGIN'], path)
    }
    const opaque = await rawRequest(url, { headers: { origin: 'null' } })
    assert.equal(codeOf(opaque.text), 'FORBIDDEN_ORIGIN')
    const otherPort = await rawRequest(url, { headers: { origin: 'http://127.0.0.1:1' } })
    assert.equal(codeOf(otherPort.text), 'FORBIDDEN_ORIGIN')
    const image = await rawRequest(url, {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    })
    assert.equal(codeOf(image.text), 'FORBIDDEN_ORIGIN')
    for (const headers of [
      { origin: url },
      { host: `localhost:${port}`, origin: `http://localhost:${port}` },
      { host: '[::1]:80', origin: 'http://[::1]' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ]) {
      const allowed = await rawRequest(`${url}/livez`, { headers })
      assert.equal(allowed.status, 200, JSON.stringify(headers))
    }
  })

  it('lets configured hosts and origins in, with CORS for the latter', async () => {
    await using started = await startFixture({
      allowedHosts: ['graph.example'],
      allowedOrigins: ['https://app.example'],
    })
    const headers = { host: 'graph.example', origin: 'https://app.example' }
    const preflight = await rawRequest(started.endpoint, { method: 'OPTIONS', headers })
    assert.deepEqual(
      [preflight.status, preflight.headers['access-control-allow-origin']],
      [204, 'https://app.example'],
    )
    const body = JSON.stringify({ query: '{ reviewCount }' })
    const answer = await rawRequest(started.endpoint, {
      method: 'POST',
      headers: { ...headers, ...json },
      body,
    })
    assert.deepEqual(
      [answer.text, answer.headers['access-control-allow-origin']],
      ['{"data":{"reviewCount":6}}', 'https://app.example'],
    )
  })
})
