import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { supergraphUrls } from './supergraph-urls.ts'

function supergraph(urls: Record<string, string>): string {
  const services = Object.entries(urls).map(([name, url]) => {
    return { name, url, typeDefs: parse(`type Query { ${name.replace('-', '_')}: Int }`) }
  })
  const { supergraphSdl } = composeServices(services)
  assert.ok(supergraphSdl)
  return supergraphSdl
}

describe('supergraphUrls', () => {
  it('reads names as the subgraphs have them, not as the enum spells them', () => {
    const urls = { products: 'http://127.0.0.1:1/graphql', 'stock-count': 'https://stock.example/' }
    assert.deepEqual({ ...supergraphUrls(supergraph(urls)) }, urls)
  })

  it('refuses what is no supergraph, and URLs that cannot be fetched', () => {
    const invalid = { extensions: { code: 'SUPERGRAPH_INVALID' } }
    assert.throws(() => supergraphUrls('type Query { a: Int }'), invalid)
    assert.throws(() => supergraphUrls('type Query {'), invalid)
    for (const url of ['', 'products:4001', 'ftp://products.example', 'http://']) {
      assert.throws(() => supergraphUrls(supergraph({ products: url })), invalid, url)
    }
  })
})
