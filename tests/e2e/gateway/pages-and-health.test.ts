import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codeOf } from './raw-request.ts'
import { startFixture } from './start-fixture.ts'

describe('what the gateway serves beside GraphQL', () => {
  it('shows the playground to browsers, with the tabs given and nothing from elsewhere', async () => {
    const tabs = [{ title: 'Prices</script>', query: 'subscription Prices { priceChanged { cents } }' }]
    await using started = await startFixture({ playground: { tabs } })
    const page = await fetch(started.endpoint, { headers: { accept: 'text/html,*/*;q=0.8' } })
    const html = await page.text()
    assert.match(page.headers.get('content-type') ?? '', /text\/html/)
    assert.match(html, /priceChanged/)
    assert.doesNotMatch(html, /https?:\/\/(?!www\.w3\.org)/)
    assert.doesNotMatch(html, /Prices<\/script>/)
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'self'/)
    const script = await fetch(`${started.gateway.url}/ruru-static/ruru.js`)
    assert.deepEqual(
      [script.status, script.headers.get('content-type')],
      [200, 'text/javascript; charset=utf-8'],
    )
    assert.ok((await script.arrayBuffer()).byteLength > 100_000)
    assert.equal((await fetch(`${started.gateway.url}/ruru-static/../package.json`)).status, 404)
    assert.equal((await fetch(`${started.gateway.url}/ruru-static/nothing.js`)).status, 404)
  })

  it('tells life, readiness, details and metrics', async () => {
    let ready = false
    await using started = await startFixture({
      readiness: async () => ({ ready, checks: { log: ready ? 'ok' : 'starting' } }),
    })
    const get = async (path: string) => {
      const response = await fetch(started.gateway.url + path)
      return [response.status, await response.text()] as const
    }
    assert.equal((await get('/livez'))[0], 200)
    assert.deepEqual(await get('/readyz'), [503, '{"ready":false,"checks":{"log":"starting"}}'])
    ready = true
    assert.equal((await get('/readyz'))[0], 200)
    assert.match((await get('/healthz'))[1], /"status":"ready"/)
    await started.post('{ reviewCount }')
    assert.match(
      (await get('/metrics'))[1],
      /^coelho_gateway_requests_total\{operation="query",outcome="ok"\} 1$/m,
    )
    assert.match((await get('/'))[1], /href="\/graphql"/)
  })

  it('serves routes given to it, and survives one that throws', async () => {
    await using started = await startFixture({
      routes: {
        '/': (_request, response) => void response.end('dashboard'),
        '/throws': () => {
          throw new Error('the secret password is swordfish')
        },
      },
    })
    assert.equal(await (await fetch(started.gateway.url)).text(), 'dashboard')
    const failed = await fetch(`${started.gateway.url}/throws`)
    const text = await failed.text()
    assert.deepEqual([failed.status, codeOf(text)], [500, 'INTERNAL_SERVER_ERROR'])
    assert.doesNotMatch(text, /swordfish/)
  })
})
