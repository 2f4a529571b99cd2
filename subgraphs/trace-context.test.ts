import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { childOf, formatTraceparent, newTrace, parseTrace, readTrace, traceHeaders } from './trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('traceparent', () => {
  for (const [text, sampled] of [
    [`00-${TRACE}-${SPAN}-01`, true],
    [`00-${TRACE}-${SPAN}-00`, false],
    [`00-${TRACE}-${SPAN}-ff`, true],
    [`00-${TRACE}-${SPAN}-02`, false],
    [`01-${TRACE}-${SPAN}-01`, true],
    [`fe-${TRACE}-${SPAN}-01-what-comes-later`, true],
    [`cc-${TRACE}-${SPAN}-01-`, true],
  ] as const) {
    it(`${text} is read`, () => {
      assert.deepEqual(parseTrace(text), { traceId: TRACE, spanId: SPAN, sampled })
    })
  }

  for (const text of [
    '',
    '00',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01-`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-0g`,
    `00-${TRACE}-${SPAN}-01 `,
    ` 00-${TRACE}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01.more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `0-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ]) {
    it(`${JSON.stringify(text)} is ignored`, () => assert.equal(parseTrace(text), null))
  }

  it('that is no text is ignored', () => {
    for (const given of [undefined, null, 7, [`00-${TRACE}-${SPAN}-01`], {}])
      assert.equal(parseTrace(given), null)
    assert.equal(readTrace(undefined), null)
    assert.equal(readTrace({}), null)
  })

  it('is written as it is read, in version 00', () => {
    fc.assert(
      fc.property(fc.boolean(), sampled => {
        const trace = { ...newTrace(), sampled }
        assert.match(formatTraceparent(trace), /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
        assert.deepEqual(parseTrace(formatTraceparent(trace)), trace)
      }),
    )
  })

  it('of a child has the trace and another span', () => {
    const parent = parseTrace(`00-${TRACE}-${SPAN}-01`, 'a=1')
    assert.ok(parent)
    const child = childOf(parent)
    assert.deepEqual({ ...child, spanId: '' }, { traceId: TRACE, spanId: '', sampled: true, state: 'a=1' })
    assert.notEqual(child.spanId, SPAN)
    assert.notEqual(newTrace().traceId, newTrace().traceId)
  })
})

describe('tracestate', () => {
  const stateOf = (text: string) => parseTrace(`00-${TRACE}-${SPAN}-01`, text)?.state
  for (const [given, kept] of [
    ['congo=t61rcWkgMzE', 'congo=t61rcWkgMzE'],
    ['rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['a=1 , b=2,\t,c=3', 'a=1,b=2,c=3'],
    ['1tenant@vendor=x', '1tenant@vendor=x'],
    ['a= x', 'a= x'],
    ['', undefined],
    ['a', undefined],
    ['A=1', undefined],
    ['a=1,a=2', undefined],
    ['a=b=c', undefined],
    ['1a=1', undefined],
    ['a=ü', undefined],
    [Array.from({ length: 33 }, (_, i) => `a${i}=1`).join(','), undefined],
    [`a=${'x'.repeat(257)}`, undefined],
  ] as const) {
    it(`${JSON.stringify(given.slice(0, 60))} is ${kept === undefined ? 'left out' : 'passed on'}`, () => {
      assert.equal(stateOf(given), kept)
    })
  }

  it('goes with a valid traceparent only', () => {
    assert.equal(readTrace({ traceparent: 'x', tracestate: 'a=1' }), null)
    const trace = readTrace({ traceparent: `00-${TRACE}-${SPAN}-00`, tracestate: 'a=1' })
    assert.deepEqual(trace && traceHeaders(trace), {
      traceparent: `00-${TRACE}-${SPAN}-00`,
      tracestate: 'a=1',
    })
    assert.deepEqual(Object.keys(traceHeaders(newTrace())), ['traceparent'])
  })
})
