import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parse } from 'graphql'
import { operationsPlugin } from './operations-plugin.ts'

const plugin = (text: string) => operationsPlugin(parse(text))

describe('operations plugin', () => {
  it('makes a method of each operation, documented by the comment above it', () => {
    const text = plugin('# Every thing.\n# Twice.\nquery Things($n: Int! = 1) { things(n: $n) }')
    assert.ok(text.includes('export const ThingsDocument =\n  `query Things($n:Int!=1){things(n:$n)}`'))
    assert.ok(
      text.includes(
        '    /** Every thing. Twice. */\n    things: (variables?: ThingsQueryVariables, options?: RequestOptions) =>\n      query<ThingsQuery>(ThingsDocument, variables, options),',
      ),
    )
  })

  it('asks for variables where one of them must be given', () => {
    assert.match(plugin('mutation Do($n: Int!) { do(n: $n) }'), /do: \(variables: DoMutationVariables,/)
  })

  it('writes a fragment once and adds it to every document that needs it, also through another', () => {
    const text = plugin(
      'query A { t { ...F } } subscription B { t { ...G } } fragment F on T { ...G } fragment G on T { x }',
    )
    assert.equal(text.split('fragment G on T').length, 2)
    assert.ok(text.includes('`query A{t{...F}}` + F + G'))
    assert.ok(text.includes('`subscription B{t{...G}}` + G'))
  })

  it('keeps strings as they are', () => {
    const text = plugin('query A { t(s: "a `b` ${c} \\\\d") }')
    const literal = /ADocument =\n {2}(`.*`)\n/.exec(text)?.[1] ?? assert.fail()
    assert.equal(literal, '`query A{t(s:"a \\`b\\` \\${c} \\\\\\\\d")}`')
  })

  it('refuses two operations for one method, a missing fragment and an unused one', () => {
    assert.throws(() => plugin('query A { t } subscription a { t }'), /Two operations give the method a/)
    assert.throws(() => plugin('query A { t { ...F } }'), /fragment F is spread but not defined/)
    assert.throws(() => plugin('query A { t } fragment F on T { x }'), /No operation uses the fragment F/)
    assert.throws(() => plugin('{ t }'), /has no name/)
  })
})
