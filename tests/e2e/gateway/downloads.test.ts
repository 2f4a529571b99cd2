import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createDownloadRoute, isLoopback } from '#gateway/http/download-route.ts'
import { createRequestSigner, createRequestVerifier } from '#subgraphs/request-signature.ts'
import { serveSubgraph } from '#subgraphs/serve.ts'
import type { Download, Subgraph } from '#subgraphs/serve.ts'
import { remoteSubgraph } from '#gateway/subgraphs/remote-subgraph.ts'
import { createFixture } from './fixtures.ts'
import { codeOf, rawRequest } from './raw-request.ts'
import { startFixture, until } from './start-fixture.ts'

const PREFIX = '/sql/results/'
const SECRET = 's'.repeat(32)

/** A subgraph that serves a few files, and what became of their readers. */
function withFiles(subgraph: Subgraph) {
  const left: string[] = []
  async function* endless() {
    try {
      for (;;) yield new Uint8Array(65_536).fill(97)
    } finally {
      left.push('endless')
    }
  }
  async function* breaking() {
    yield Buffer.from('half')
    throw new Error('The disk is gone.')
  }
  async function* text() {
    yield Buffer.from('a,b\n')
    yield Buffer.from('1,2\n')
  }
  const file = (content: AsyncIterable<Uint8Array>, sizeBytes: number | null = null): Download => ({
    contentType: 'text/csv; charset=utf-8',
    fileName: 'result.csv',
    sizeBytes,
    content,
  })
  const open = async (path: string): Promise<Download | null> => {
    const name = path.slice(PREFIX.length)
    if (name === 'known.csv') return file(text(), 8)
    if (name === 'endless.csv') return file(endless())
    if (name === 'breaking.csv') return file(breaking())
    if (name === 'refused.csv')
      throw Object.assign(new Error('The result was given up.'), { code: 'SQL_RESULT_GONE' })
    if (name === 'broken.csv') throw new Error('the secret password is swordfish')
    return null
  }
  return { left, subgraph: { ...subgraph, downloads: { prefix: PREFIX, open } } }
}

for (const remote of [false, true]) {
  describe(`files of a subgraph ${remote ? 'behind HTTP' : 'in this process'}`, () => {
    const start = async () => {
      let left: string[] = []
      const started = await startFixture({
        remote,
        downloads: { [PREFIX]: 'stock' },
        wrap(subgraph) {
          if (subgraph.name !== 'stock') return subgraph
          const made = withFiles(subgraph)
          left = made.left
          return made.subgraph
        },
      })
      return { started, url: (name: string) => `${started.gateway.url}${PREFIX}${name}`, left: () => left }
    }

    it('are given as files, which a browser neither shows nor runs', async () => {
      const { started, url } = await start()
      await using _ = started
      const response = await fetch(url('known.csv?x=1'))
      assert.equal(response.status, 200)
      assert.equal(await response.text(), 'a,b\n1,2\n')
      const { headers } = response
      assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8')
      assert.equal(headers.get('content-length'), '8')
      assert.equal(headers.get('content-disposition'), 'attachment; filename="result.csv"')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('cache-control'), 'no-store')
    })

    it('are refused with a code where there are none, and nothing about the inside is told', async () => {
      const { started, url } = await start()
      await using _ = started
      for (const [name, status, code] of [
        ['unknown.csv', 404, 'NOT_FOUND'],
        ['../../etc/passwd', 404, 'NOT_FOUND'],
        ['refused.csv', 400, 'SQL_RESULT_GONE'],
        ['broken.csv', 500, 'INTERNAL_SERVER_ERROR'],
      ] as const) {
        const answer = await rawRequest(url(name), {})
        assert.ok(!answer.text.includes('swordfish'))
        assert.deepEqual([answer.status, codeOf(answer.text)], [status, code], name)
      }
    })

    it('are given by GET only, and to no page of another site, not even by a link', async () => {
      const { started, url } = await start()
      await using _ = started
      for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
        const { status } = await rawRequest(url('known.csv'), { method })
        assert.equal(status, 405, method)
      }
      for (const headers of [
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
        { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' },
        { origin: 'https://evil.example' },
        { host: 'evil.example' },
      ]) {
        const { status } = await rawRequest(url('known.csv'), { headers })
        assert.equal(status, 403, JSON.stringify(headers))
      }
      const own = await rawRequest(url('known.csv'), { headers: { 'sec-fetch-site': 'same-origin' } })
      assert.equal(own.status, 200)
    })

    it('end when their reader leaves', async () => {
      const { started, url, left } = await start()
      await using _ = started
      const leaving = new AbortController()
      const response = await fetch(url('endless.csv'), { signal: leaving.signal })
      await response.body?.getReader().read()
      leaving.abort()
      await until(() => left().length === 1, 'the reader to be noticed to have left')
    })

    it('that break off are not taken for whole', async () => {
      const { started, url } = await start()
      await using _ = started
      await assert.rejects(async () => (await fetch(url('breaking.csv'))).text())
    })
  })
}

describe('files of a subgraph that serves its gateway only', () => {
  const serve = async () => {
    const { subgraph } = withFiles(createFixture().subgraphs[2] as Subgraph)
    return serveSubgraph({ subgraph, port: 0, verifier: createRequestVerifier({ secrets: [SECRET] }) })
  }

  it('are given to signed requests, and to no others', async () => {
    await using served = await serve()
    const path = `${PREFIX}known.csv`
    const url = new URL(path, served.url).href
    const signed = createRequestSigner({ secret: SECRET })({ method: 'GET', path })
    assert.equal((await fetch(url, { headers: signed })).status, 200)
    for (const headers of [{}, { ...signed, origin: served.url }])
      assert.equal((await fetch(url, { headers })).status, 403)
    const other = createRequestSigner({ secret: SECRET })({ method: 'GET', path: `${PREFIX}other.csv` })
    assert.equal((await fetch(url, { headers: other })).status, 403)
  })

  it('are found at whichever address has them', async () => {
    await using empty = await serveSubgraph({ subgraph: createFixture().subgraphs[2] as Subgraph, port: 0 })
    await using full = await serve()
    const headersFor = createRequestSigner({ secret: SECRET })
    await using connection = remoteSubgraph({ url: ['http://127.0.0.1:1/', empty.url, full.url], headersFor })
    const { signal } = new AbortController()
    for (let round = 0; round < 3; round++) {
      const download = await connection.download?.(`${PREFIX}known.csv`, { signal })
      assert.equal(download?.fileName, 'result.csv')
      for await (const _ of download?.content ?? []) {
        // Read to its end.
      }
    }
    await using refused = remoteSubgraph({ url: full.url })
    await assert.rejects(async () => refused.download?.(`${PREFIX}known.csv`, { signal }), {
      extensions: { code: 'SUBGRAPH_REFUSED' },
    })
  })
})

describe('a gateway that other machines reach', () => {
  it('gives no files', async () => {
    const route = createDownloadRoute({
      connection: undefined,
      mayServe: () => false,
      isDraining: () => false,
    })
    await using started = await startFixture({ routes: { [PREFIX]: route } })
    const { status, text } = await rawRequest(`${started.gateway.url}${PREFIX}known.csv`, {})
    assert.deepEqual([status, codeOf(text)], [403, 'LOOPBACK_ONLY'])
  })

  it('is one that is bound to anything but a loopback address', () => {
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])
      assert.equal(isLoopback(address), true, address)
    for (const address of ['0.0.0.0', '::', '10.0.0.1', '192.168.127.1', '', 'fe80::1'])
      assert.equal(isLoopback(address), false, address)
  })
})
