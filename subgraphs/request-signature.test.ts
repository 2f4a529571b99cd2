import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  createRequestSigner,
  createRequestVerifier,
  type ReceivedRequest,
  SIGNATURE_HEADER,
  type SignableRequest,
} from './request-signature.ts'

const SECRET = 'a secret of the test'
const OTHER = 'another one, as long'
const NOW = 1_764_000_000_000
const REQUEST = { method: 'POST', path: '/graphql', body: '{"query":"{ a }"}' }

const signed = (
  request: SignableRequest,
  options: Partial<Parameters<typeof createRequestSigner>[0]> = {},
) => {
  const sign = createRequestSigner({ secret: SECRET, now: () => NOW, ...options })
  return { ...request, headers: sign(request) }
}
const verifierAt = (now = NOW, options: Partial<Parameters<typeof createRequestVerifier>[0]> = {}) =>
  createRequestVerifier({ secrets: [SECRET], now: () => now, ...options })
const refusal = (request: ReceivedRequest, verifier = verifierAt()) => verifier.verify(request).refusal

describe('a request signature', () => {
  it('is accepted for the request as it was sent, its body as text or as bytes', () => {
    assert.equal(refusal(signed(REQUEST)), null)
    assert.equal(refusal({ ...signed(REQUEST), body: Buffer.from(REQUEST.body) }), null)
    const upgrade = { method: 'GET', path: '/graphql' }
    assert.equal(refusal(signed(upgrade)), null)
    assert.equal(refusal({ ...signed(upgrade), body: '' }), null)
  })

  it('is refused for any other request, time or nonce', () => {
    const request = signed(REQUEST)
    const header = request.headers[SIGNATURE_HEADER] ?? ''
    const forged = [
      { ...request, method: 'GET' },
      { ...request, path: '/graphql?a' },
      { ...request, body: `${REQUEST.body} ` },
      { ...request, body: undefined },
      ...[
        header.replace(/t=\d+/, `t=${NOW + 1}`),
        header.replace(/n=./, 'n=_'),
        header.replace(/v1=..../, 'v1=AAAA'),
      ].map(changed => ({ ...request, headers: { [SIGNATURE_HEADER]: changed } })),
    ]
    for (const each of forged) assert.match(refusal(each) ?? '', /another secret, or was changed/)
  })

  it('is refused under another secret, and tells nothing of it', () => {
    const verifier = createRequestVerifier({ secrets: [OTHER], now: () => NOW })
    const reason = refusal(signed(REQUEST), verifier) ?? ''
    assert.match(reason, /another secret/)
    assert.doesNotMatch(reason, new RegExp(`${SECRET}|${OTHER}`))
  })

  it('is wanted', () => {
    assert.match(refusal({ ...REQUEST, headers: {} }) ?? '', /A header x-coelho-signature was wanted/)
  })

  it('is refused in any other form, whatever it is', () => {
    const header = signed(REQUEST).headers[SIGNATURE_HEADER] ?? ''
    const odd = [
      '',
      'v1=',
      header.replace('t=', 'T='),
      header.replace('n=', 'm='),
      header.replace(/,v1=.*/, ''),
      `${header},v1=short`,
      `${header},${Array.from({ length: 8 }, () => 'v1=' + 'A'.repeat(43)).join(',')}`,
      header.replace(/n=[^,]*/, 'n=short'),
    ]
    for (const each of odd) {
      assert.match(
        refusal({ ...REQUEST, headers: { [SIGNATURE_HEADER]: each } }) ?? '',
        /is not of the form/,
        each,
      )
    }
    assert.match(
      refusal({ ...REQUEST, headers: { [SIGNATURE_HEADER]: [header] } }) ?? '',
      /is not of the form/,
    )
    fc.assert(
      fc.property(
        fc.string(),
        text => refusal({ ...REQUEST, headers: { [SIGNATURE_HEADER]: text } }) !== null,
      ),
      { seed: 1 },
    )
  })

  const skews = [
    { skew: 0, accepted: true },
    { skew: 59_999, accepted: true },
    { skew: 60_000, accepted: true },
    { skew: 60_001, accepted: false, reason: /60 s behind this clock; at most 60 s/ },
    { skew: -60_000, accepted: true },
    { skew: -60_001, accepted: false, reason: /60 s ahead of this clock/ },
    { skew: 3_600_000, accepted: false, reason: /3600 s behind/ },
  ]
  for (const { skew, accepted, reason = /./ } of skews) {
    it(`is ${accepted ? 'accepted' : 'refused'} where the subgraph's clock is ${skew} ms ahead`, () => {
      const found = refusal(signed(REQUEST), verifierAt(NOW + skew))
      if (accepted) assert.equal(found, null)
      else assert.match(found ?? '', reason)
    })
  }

  it('tells of clocks only who knows the secret', () => {
    const late = createRequestVerifier({ secrets: [OTHER], now: () => NOW + 1e6 })
    assert.match(refusal(signed(REQUEST), late) ?? '', /another secret/)
  })

  it('survives a change of the secret in either order', () => {
    const both = { secret: OTHER, previous: SECRET }
    assert.equal(refusal(signed(REQUEST, both)), null)
    assert.equal(refusal(signed(REQUEST, both), verifierAt(NOW, { secrets: [OTHER] })), null)
    assert.equal(refusal(signed(REQUEST), verifierAt(NOW, { secrets: [OTHER, SECRET] })), null)
    assert.notEqual(refusal(signed(REQUEST, { secret: OTHER })), null)
  })

  const releases = [
    [1, 1, true],
    [2, 2, true],
    [1, 2, true],
    [2, 1, true],
    [3, 2, true],
    [2, 3, true],
    [3, 1, false],
    [1, 3, false],
    [7, 2, false],
  ] as const
  for (const [gateway, subgraph, accepted] of releases) {
    it(`of version ${gateway} is ${accepted ? 'accepted' : 'refused'} by version ${subgraph}`, () => {
      const found = refusal(signed(REQUEST, { version: gateway }), verifierAt(NOW, { version: subgraph }))
      if (accepted) assert.equal(found, null)
      else assert.match(found ?? '', /^The request is signed under v\d.*; v\d.* was wanted\.$/)
    })
  }

  it('passes once where a request must not take effect twice, and as often as it comes elsewhere', () => {
    const verifier = verifierAt()
    const request = signed(REQUEST)
    const results = [1, 2, 3].map(() => {
      const verified = verifier.verify(request)
      assert.ok(verified.refusal === null)
      return verified
    })
    assert.deepEqual(
      results.map(each => each.isFirst()),
      [true, false, false],
    )
    const other = verifier.verify(signed(REQUEST))
    assert.equal(other.refusal === null && other.isFirst(), true)
  })

  it('needs secrets of sixteen characters, and names none that is shorter', () => {
    for (const make of [
      () => createRequestSigner({ secret: 'too short' }),
      () => createRequestSigner({ secret: SECRET, previous: 'too short' }),
      () => createRequestVerifier({ secrets: [SECRET, 'too short'] }),
      () => createRequestVerifier({ secrets: [] }),
    ]) {
      assert.throws(make, { code: 'INVALID_ARGUMENT', message: /^(?!.*too short).*SUBGRAPH_SECRET/ })
    }
  })
})
