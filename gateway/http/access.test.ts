import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAccess } from './access.ts'

const NEW = 'n'.repeat(40)
const OLD = 'o'.repeat(40)
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('access', () => {
  const access = createAccess([NEW, OLD])
  const message = (authorization?: string, connectionParams?: Record<string, unknown>) =>
    access.check({
      headers: authorization === undefined ? {} : { authorization },
      ...(connectionParams && { connectionParams }),
    })?.message ?? null

  it('is open to all without tokens', () => {
    const open = createAccess([])
    assert.equal(open.isRequired, false)
    assert.equal(open.check({ headers: {} }), null)
    assert.equal(open.check({ headers: { authorization: 'Bearer whatever' } }), null)
  })

  it('takes the token in use and the one before, as Bearer or as the password of Basic', () => {
    for (const token of [NEW, OLD]) {
      assert.equal(message(`Bearer ${token}`), null)
      assert.equal(message(`bearer  ${token} `), null)
      assert.equal(message(basic(`anybody:${token}`)), null)
      assert.equal(message(basic(`:${token}`)), null)
    }
  })

  it('takes the token of a websocket from its first message, unless a header brings another', () => {
    assert.equal(message(undefined, { authorization: `Bearer ${NEW}` }), null)
    assert.equal(message(undefined, { Authorization: `Bearer ${NEW}` }), null)
    assert.match(
      message('Bearer wrong', { authorization: `Bearer ${NEW}` }) ?? '',
      /not one that is accepted/,
    )
    assert.match(message(undefined, { authorization: 7 }) ?? '', /No access token was given/)
  })

  it('refuses all else, and says what was wanted without a word of what was given', () => {
    assert.match(message() ?? '', /No access token was given; the header `Authorization: Bearer <token>`/)
    for (const wrong of [
      `Bearer ${NEW}x`,
      `Bearer ${NEW.slice(1)}`,
      basic(`${NEW}:`),
      basic('anybody:'),
      'Bearer secret-of-somebody',
    ]) {
      assert.match(message(wrong) ?? '', /^The access token given is not one that is accepted here\.$/, wrong)
    }
    for (const wrong of [NEW, `Token ${NEW}`, 'Bearer', `Bearer ${NEW} ${NEW}`, basic(NEW), '']) {
      assert.match(message(wrong) ?? '', /neither `Bearer <token>` nor `Basic`/, wrong)
    }
    assert.equal(access.check({ headers: {} })?.code, 'UNAUTHENTICATED')
  })
})
