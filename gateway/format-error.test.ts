import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GraphQLError } from 'graphql'
import { ERROR_CODES, gatewayError } from './error-codes.ts'
import { createErrorFormatter, formatAll } from './format-error.ts'

function formatter() {
  const lines: { message: string; fields?: Record<string, unknown> | undefined }[] = []
  const silent = () => undefined
  const logger = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (message: string, fields?: Record<string, unknown>) => void lines.push({ message, fields }),
  }
  return { format: createErrorFormatter({ logger }), lines }
}

describe('the error formatter', () => {
  it('lets coded errors pass, without what a subgraph discloses of its insides', () => {
    const { format, lines } = formatter()
    const error = new GraphQLError('Amount -1 was given.', {
      path: ['a', 0],
      extensions: {
        code: 'BAD_AMOUNT',
        serviceName: 'stock',
        stacktrace: ['at x'],
        exception: { a: 1 },
        http: { status: 400 },
      },
    })
    assert.deepEqual(formatAll(format, [error]), [
      {
        message: 'Amount -1 was given.',
        path: ['a', 0],
        extensions: { code: 'BAD_AMOUNT', serviceName: 'stock' },
      },
    ])
    assert.deepEqual(lines, [])
  })

  it('hides unforeseen errors of every kind, and logs each under the id it gives out', () => {
    const { format, lines } = formatter()
    const secret = new Error('swordfish')
    const errors = [
      secret,
      'swordfish',
      new GraphQLError('swordfish', { originalError: secret }),
      new GraphQLError('swordfish', { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }),
      new GraphQLError('swordfish', {
        extensions: { code: 'INTERNAL_SERVER_ERROR', stacktrace: ['swordfish'] },
      }),
    ]
    const formatted = formatAll(format, errors)
    for (const [index, { message, extensions }] of formatted.entries()) {
      assert.equal(extensions?.code, 'INTERNAL_SERVER_ERROR')
      assert.doesNotMatch(JSON.stringify(formatted), /swordfish/)
      assert.ok(message.includes(String(extensions?.id)))
      assert.equal(lines[index]?.fields?.id, extensions?.id)
      assert.match(JSON.stringify(lines[index]), /swordfish/)
    }
  })

  it('ends a path before a list whose position is unknown', () => {
    const { format } = formatter()
    const error = new GraphQLError('x', { path: ['products', '@', 'inStock'], extensions: { code: 'X' } })
    assert.deepEqual(formatAll(format, [error])[0]?.path, ['products'])
  })
})

describe('the table of codes', () => {
  it('gives each code a status of HTTP and a meaning that ends with a full stop', () => {
    for (const [code, { status, meaning }] of Object.entries(ERROR_CODES)) {
      assert.match(code, /^[A-Z][A-Z_]+$/)
      assert.ok(status >= 400 && status < 600, code)
      assert.match(meaning, /\.$/, code)
    }
    assert.deepEqual(gatewayError('NOT_FOUND', 'x', { a: 1, code: 'OTHER' }).extensions, {
      a: 1,
      code: 'NOT_FOUND',
    })
  })
})
