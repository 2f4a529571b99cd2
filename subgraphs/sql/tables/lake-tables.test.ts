import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LogRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { ecci } from '#use-cases/ecci.ts'
import { eta } from '#use-cases/eta.ts'
import { useCases } from '#use-cases/index.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { testSettings } from '#use-cases/test-sources.ts'
import { tfd } from '#use-cases/tfd.ts'
import { type LakeTableKind, lakeTablesOf } from './lake-tables.ts'

const TIMESTAMP = Date.UTC(2026, 0, 5, 12)

function recordOf(topic: string, value: unknown, changes: Partial<LogRecord> = {}): LogRecord {
  const bytes =
    value instanceof Uint8Array
      ? value
      : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return {
    topic,
    partition: 1,
    offset: 42,
    timestamp: TIMESTAMP,
    key: Buffer.from('someone'),
    value: bytes,
    headers: {},
    ...changes,
  }
}

/** The rows that a table makes of a record. */
function rowsOf(
  kind: LakeTableKind,
  value: unknown,
  { useCase = tfd, topic, ...changes }: Partial<LogRecord> & { useCase?: UseCase } = {},
): Record<string, unknown>[] | null {
  const tables = lakeTablesOf(useCase)
  const text = tables[kind].rowOf(recordOf(topic ?? tables[kind].topic, value, changes))
  if (text === null) return null
  assert.equal(text.at(-1), 10, 'ends with a newline')
  return Buffer.from(text)
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

function anEvent(useCase: UseCase = tfd, mode: 'parity' | 'realistic' = 'parity'): Record<string, unknown> {
  const generator = useCase.generate(testSettings({ mode }))
  for (;;) {
    const item = generator.next()
    if (item.kind === 'event') return item.record
  }
}

const quarantined = (value: unknown, changes = {}) =>
  rowsOf('quarantine', value, { topic: tfd.topic, ...changes })?.[0]

describe('columns', () => {
  test('of events are the declared fields in their order, then lineage, then the date', () => {
    const { columns, partitionBy, name } = lakeTablesOf(tfd).events.spec
    assert.equal(name, 'transaction_fraud_detection')
    assert.deepEqual(
      columns.map(column => column.name),
      [
        ...Object.keys(tfd.fields),
        '_topic',
        '_partition',
        '_offset',
        '_key',
        '_event_time',
        '_ingested_at',
        'event_date',
      ],
    )
    assert.deepEqual(partitionBy, ['event_date'])
    const types = Object.fromEntries(columns.map(column => [column.name, column.type]))
    assert.equal(types['amount'], 'double')
    assert.equal(types['account_age_days'], 'integer')
    assert.equal(types['timestamp'], 'timestamp')
    assert.equal(types['cvv_provided'], 'boolean')
    const location = types['location']
    assert.ok(typeof location === 'object' && location.type === 'struct')
    assert.deepEqual(
      location.fields.map(field => [field.name, field.type]),
      [
        ['lat', 'double'],
        ['lon', 'double'],
      ],
    )
  })

  test('have names that statements can use, for every use case', () => {
    for (const useCase of useCases as readonly UseCase[]) {
      const tables = Object.values(lakeTablesOf(useCase))
      assert.equal(tables.length, 5)
      for (const { sqlName, kind, spec } of tables) {
        assert.equal(sqlName, `${useCase.id.toLowerCase()}.${kind}`)
        assert.equal(new Set(spec.columns.map(({ name }) => name)).size, spec.columns.length)
      }
    }
  })

  test('refuse a use case whose field is a column of lineage', () => {
    const clashing = { ...tfd, fields: { ...tfd.fields, event_date: tfd.fields.timestamp } } as UseCase
    assert.throws(() => lakeTablesOf(clashing), { code: 'INVALID_USE_CASE' })
  })
})

describe('a row of an event', () => {
  test('is the event as a learner reads it, with its lineage, for every use case and mode', () => {
    for (const useCase of useCases as readonly UseCase[]) {
      for (const mode of ['parity', 'realistic'] as const) {
        const event = anEvent(useCase, mode)
        const parsed = createEventParser(useCase).ofObject(event)
        assert.ok(parsed.ok)
        const [row, ...others] = rowsOf('events', event, { useCase }) ?? []
        assert.equal(others.length, 0)
        assert.deepEqual(row, {
          ...parsed.event,
          _topic: useCase.topic,
          _partition: 1,
          _offset: 42,
          _key: 'someone',
          _event_time: parsed.event[useCase.time],
          _ingested_at: '2026-01-05T12:00:00.000000+00:00',
          event_date: String(parsed.event[useCase.time]).slice(0, 10),
        })
      }
    }
  })

  test('has neither undeclared nor repeated members, and nulls where a nullable field is absent', () => {
    const text = JSON.stringify(anEvent()).replace(
      '{',
      '{"amount":1,"_offset":7,"event_date":"1999-01-01","more":{},',
    )
    const [row] = rowsOf('events', text) ?? []
    assert.equal(row?.['_offset'], 42)
    assert.equal(row['event_date'], '2026-01-05')
    assert.ok(!('more' in row))
    const { referrer_url: _absent, ...bare } = anEvent(ecci)
    assert.equal(rowsOf('events', bare, { useCase: ecci })?.[0]?.['referrer_url'], null)
  })

  test('has every timestamp in UTC, and the date of that', () => {
    const given = { ...anEvent(), timestamp: '2026-01-05t23:30:00.123456789-05:00' }
    const [row] = rowsOf('events', given) ?? []
    assert.equal(row?.['timestamp'], '2026-01-06T04:30:00.123457+00:00')
    assert.equal(row['_event_time'], row['timestamp'])
    assert.equal(row['event_date'], '2026-01-06')
  })

  test('keeps a key that is no UTF-8 and lacks one that is not there', () => {
    assert.equal(rowsOf('events', anEvent(), { key: Buffer.from([0xff]) })?.[0]?.['_key'], 'base64:/w==')
    assert.equal(rowsOf('events', anEvent(), { key: null })?.[0]?.['_key'], null)
  })

  test('has no instant of an append that no calendar has', () => {
    assert.equal(rowsOf('events', anEvent(), { timestamp: 9e15 })?.[0]?.['_ingested_at'], null)
  })
})

describe('the quarantine', () => {
  test('keeps the value to the byte, with reason and lineage', () => {
    const value = '\ufeff{"amount": 1, "note": "\\ud800 é \\u0000"'
    const row = quarantined(value, { headers: { traceparent: '00' } })
    assert.equal(rowsOf('events', value), null)
    assert.equal(row?.['text'], value)
    assert.equal(row['base64'], null)
    assert.equal(row['reason'], 'INVALID_EVENT')
    assert.match(String(row['message']), /^TFD event refused: .*\.$/)
    assert.deepEqual(
      [row['_topic'], row['_partition'], row['_offset'], row['_key']],
      [tfd.topic, 1, 42, 'someone'],
    )
    assert.equal(row['_event_time'], null)
    assert.equal(row['event_date'], '2026-01-05')
    assert.equal(row['headers'], '{"traceparent":"00"}')
  })

  test('keeps what is not UTF-8 as base64', () => {
    const row = quarantined(Buffer.from([0x7b, 0xff, 0x7d]))
    assert.equal(row?.['text'], null)
    assert.equal(row['base64'], Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'))
  })

  test('takes what JSON can say and a table cannot', () => {
    const half = JSON.stringify(anEvent()).replace(/"user_agent":"/, '"user_agent":"\\ud83d')
    assert.equal(rowsOf('events', half), null)
    assert.equal(quarantined(half)?.['reason'], 'INVALID_TEXT')
    for (const time of ['0000-05-05T00:00:00Z', '9999-12-31T23:59:59-01:00', '0001-01-01T00:00:00+01:00']) {
      assert.equal(quarantined({ ...anEvent(), timestamp: time })?.['reason'], 'TIME_OUT_OF_RANGE', time)
    }
    const whole = { ...anEvent(), user_agent: '😀 \\ud83d "\\ud83d' }
    assert.equal(rowsOf('events', whole)?.[0]?.['user_agent'], whole.user_agent)
  })

  test('takes from each topic what its table refuses, and nothing else', () => {
    const { predictions, outcomes, labels } = lakeTablesOf(tfd)
    for (const { topic, kind } of [predictions, outcomes, labels]) {
      const row = quarantined('{}', { topic })
      assert.equal(row?.['_topic'], topic)
      assert.equal(row['reason'], `INVALID_${kind.slice(0, -1).toUpperCase()}`)
    }
    assert.equal(quarantined(anEvent()), undefined)
    assert.equal(quarantined('{}', { topic: 'foreign' }), undefined)
  })
})

const prediction = {
  v: 1,
  kind: 'prediction',
  useCase: 'TFD',
  session: 's-1',
  seq: 3,
  partition: 2,
  offset: 17,
  labels: [0, 1, 2],
  at: TIMESTAMP,
  eventTime: TIMESTAMP - 1000.5,
  latencyMs: 4,
  eventId: 'e',
  score: 0.25,
  detail: { flagged: false, threshold: 0.5 },
  modelVersion: 9,
  event: { note: '\ud83d\ude00 "' },
}

describe('a row of a prediction', () => {
  test('has the scalars of the record and the record itself', () => {
    const text = JSON.stringify(prediction)
    const [row] = rowsOf('predictions', text) ?? []
    assert.deepEqual(row, {
      session: 's-1',
      seq: 3,
      source_partition: 2,
      source_offset: 17,
      event_id: 'e',
      event_time: '2026-01-05T11:59:58.999500+00:00',
      predicted_at: '2026-01-05T12:00:00.000000+00:00',
      latency_ms: 4,
      score: 0.25,
      flagged: false,
      threshold: 0.5,
      model_version: 9,
      record: text,
      _topic: `${tfd.topic}.predictions`,
      _partition: 1,
      _offset: 42,
      _key: 'someone',
      _event_time: '2026-01-05T11:59:58.999500+00:00',
      _ingested_at: '2026-01-05T12:00:00.000000+00:00',
      event_date: '2026-01-05',
    })
  })

  test('has the detail of its task, under the columns of its table', () => {
    const ofEta = { ...prediction, detail: { expectedError: null } }
    const ofEcci = { ...prediction, detail: { cluster: 2, group: 'visit', groupEvents: 5 } }
    assert.equal(rowsOf('predictions', ofEta, { useCase: eta })?.[0]?.['expected_error'], null)
    const row = rowsOf('predictions', ofEcci, { useCase: ecci })?.[0]
    assert.deepEqual([row?.['cluster'], row?.['group_id'], row?.['group_events']], [2, 'visit', 5])
    for (const [useCase, value] of [
      [eta, ofEta],
      [ecci, ofEcci],
    ] as const) {
      const columns = lakeTablesOf(useCase).predictions.spec.columns.map(({ name }) => name)
      assert.deepEqual(Object.keys(rowsOf('predictions', value, { useCase })?.[0] ?? {}), columns)
    }
  })

  test('is not made of a marker of labels', () => {
    const marker = { v: 1, kind: 'labels', session: 's-1', seq: 3, labels: [1, 1, 1] }
    assert.equal(rowsOf('predictions', marker), null)
    assert.equal(quarantined(marker, { topic: `${tfd.topic}.predictions` }), undefined)
  })

  test('is refused where a member is of another type', () => {
    for (const change of [
      { seq: 0.5 },
      { partition: 2 ** 31 },
      { score: null },
      { at: 9e15 },
      { kind: 'other' },
      { detail: 1 },
    ])
      assert.equal(rowsOf('predictions', { ...prediction, ...change }), null, JSON.stringify(change))
  })
})

test('outcomes become a row each, with the lineage of their record', () => {
  const value = {
    v: 1,
    session: 's-1',
    from: 0,
    rows: [
      [0, 1, 0.5],
      [7, 0, null],
    ],
  }
  const rows = rowsOf('outcomes', value) ?? []
  assert.deepEqual(
    rows.map(({ session, seq, label, loss, _offset }) => [session, seq, label, loss, _offset]),
    [
      ['s-1', 0, 1, 0.5, 42],
      ['s-1', 7, 0, null, 42],
    ],
  )
  assert.equal(rowsOf('outcomes', { ...value, rows: [] }), null)
  assert.equal(rowsOf('outcomes', { ...value, rows: [[0, 1]] }), null)
})

test('a label is read as learners read it', () => {
  const label = {
    event_id: 'e',
    label: 1,
    event_time: '2026-01-04T23:00:00+00:00',
    label_time: '2026-01-05T01:00:00+02:00',
  }
  const [row] = rowsOf('labels', label) ?? []
  assert.equal(row?.['event_date'], '2026-01-04')
  assert.equal(row['label_time'], '2026-01-04T23:00:00.000000+00:00')
  assert.equal(row['version'], 1)
  assert.equal(rowsOf('labels', { ...label, label: 0.5 }), null)
  assert.equal(rowsOf('labels', { ...label, label: 0.5 }, { useCase: eta })?.[0]?.['label'], 0.5)
})
