import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assignRanges } from './assign-ranges.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts'

describe('a consumer group', () => {
  test('shares partitions by ranges as Java clients do', () => {
    const members = [
      { memberId: 'b', topics: ['t', 'u'] },
      { memberId: 'a', topics: ['t'] },
      { memberId: 'c', topics: ['t', 'u'] },
    ]
    const assigned = assignRanges(
      members,
      new Map([
        ['t', 7],
        ['u', 1],
      ]),
    )
    assert.deepEqual(
      new Map([...assigned].map(([member, topics]) => [member, Object.fromEntries(topics)])),
      new Map<string, object>([
        ['b', { t: [3, 4], u: [0] }],
        ['a', { t: [0, 1, 2] }],
        ['c', { t: [5, 6] }],
      ]),
    )
  })
  test('leaves members without partitions where there are more of them', () => {
    const members = ['a', 'b', 'c'].map(memberId => ({ memberId, topics: ['t'] }))
    const assigned = assignRanges(members, new Map([['t', 2]]))
    assert.deepEqual(
      [...assigned].map(([, topics]) => topics.get('t') ?? []),
      [[0], [1], []],
    )
  })
  test('tells topics and partitions in the format of every client', () => {
    assert.equal(
      encodeSubscription(['ab']).toString('hex'),
      '0000000000010002616200000000'.replace(/0{8}$/, 'ffffffff'),
    )
    assert.deepEqual(decodeSubscription(encodeSubscription(['one', 'twö'])), ['one', 'twö'])
    const assignment = new Map([
      ['one', [0, 2]],
      ['two', []],
    ])
    assert.deepEqual(decodeAssignment(encodeAssignment(assignment)), assignment)
    assert.deepEqual(decodeAssignment(null), new Map())
    assert.deepEqual(decodeAssignment(Buffer.alloc(0)), new Map())
  })
})
