import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog } from '#ports/event-log.ts'
import { openTestGraph } from '../test-graph.ts'
import { AUDIT_TOPIC, type AuditedStatement } from './audit-entry.ts'
import { openAuditLog } from './audit-log.ts'
import { auditId } from './audit-id.ts'
import { encodeAuditCursor, readAudit } from './read-audit.ts'

const statement = (id: string, change: Partial<AuditedStatement> = {}): AuditedStatement => ({
  id,
  kind: 'query',
  useCase: 'TFD',
  statement: `SELECT '${id}'`,
  params: null,
  operation: null,
  tables: [],
  ...change,
})
const END = { outcome: 'COMPLETE', rowCount: 3, bytesScanned: 9, elapsedMs: 5 }

async function open(log: EventLog = createMemoryEventLog()) {
  const notices: string[] = []
  const audit = await openAuditLog({ log, instance: 'here', notice: (_, message) => notices.push(message) })
  return { log, audit, notices }
}

test('a statement is written down before it runs, and again at its end', async () => {
  const { log, audit } = await open()
  const { end } = await audit.begin(statement('one', { params: { a: 1 }, tables: ['tfd.events@3'] }))
  const [running] = (await readAudit(log, { first: 10 })).entries
  assert.equal(running?.outcome, undefined)
  assert.deepEqual(running?.tables, ['tfd.events@3'])
  assert.match(String(running?.paramsHash), /^[0-9a-f]{64}$/)
  assert.doesNotMatch(JSON.stringify(running), /"a":1/, 'parameters may be secret')
  await end(END)
  const [ended] = (await readAudit(log, { first: 10 })).entries
  const { outcome, rowCount, at, endedAt } = ended ?? {}
  assert.deepEqual({ outcome, rowCount }, { outcome: 'COMPLETE', rowCount: 3 })
  assert.ok(Number(endedAt) >= Number(at))
})

test('what can not be written down is not run', async () => {
  const log = createMemoryEventLog()
  const { audit, notices } = await open({
    ...log,
    append: () => Promise.reject(new Error('No space left.')),
  })
  await assert.rejects(audit.begin(statement('one')), { code: 'SQL_AUDIT_UNAVAILABLE' })
  assert.match(String(notices[0]), /No space left/)
})

test('a graph whose audit fails runs nothing and says why', async () => {
  await using graph = await openTestGraph()
  const { append } = graph.log
  let ran = 0
  const { engine } = graph.services
  const { run } = engine
  Object.assign(engine, { run: (...args: Parameters<typeof run>) => (ran++, run(...args)) })
  Object.assign(graph.log, {
    append: (topic: string, ...rest: never[]) =>
      topic === AUDIT_TOPIC ? Promise.reject(new Error('away')) : (append as Function)(topic, ...rest),
  })
  const { errors } = await graph.ask('{ sql(statement: "SELECT 1") { id } }')
  assert.deepEqual([errors[0]?.code, ran], ['SQL_AUDIT_UNAVAILABLE', 0])
})

test('refused statements are in it, with the code', async () => {
  await using graph = await openTestGraph()
  await graph.ask('query Mine { sql(useCase: TFD, statement: "DROP TABLE events") { id } }')
  const { data } = await graph.ask<{ sqlStatements: { edges: object[] } }>(
    `{ sqlStatements { edges { node { kind statement outcome operation useCase { id } } } } }`,
  )
  assert.deepEqual(data.sqlStatements.edges, [
    {
      node: {
        kind: 'QUERY',
        statement: 'DROP TABLE events',
        outcome: 'SQL_REFUSED',
        operation: 'Mine',
        useCase: { id: 'TFD' },
      },
    },
  ])
})

test('pages go from the newest to the oldest, each statement once, with ends that came later', async () => {
  const { log, audit } = await open()
  const ends: (() => Promise<void>)[] = []
  for (let i = 0; i < 700; i++) {
    const { end } = await audit.begin(statement(`s${i}`))
    if (i % 7 === 0) ends.push(() => end(END))
    else await end(END)
  }
  for (const end of ends) await end()
  const seen: string[] = []
  for (let after: string | null = null; ; ) {
    const { entries, hasNextPage } = await readAudit(log, { first: 100, after })
    for (const { id, outcome } of entries) {
      seen.push(id)
      assert.equal(outcome, 'COMPLETE', id)
    }
    if (!hasNextPage) break
    after = encodeAuditCursor(entries.at(-1)?.offset as number)
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 700 }, (_, i) => auditId(`s${699 - i}`)),
  )
})

test('nobody learns from it what opens a result, and records of a statement belong together all the same', async () => {
  await using graph = await openTestGraph()
  const id = 'an-id-that-nobody-guesses'
  await graph.ask(`{ sql(id: "${id}", statement: "SELECT 1") { rows } }`)
  const { data } = await graph.ask<{ sqlStatements: { edges: { node: { id: string; outcome: string } }[] } }>(
    '{ sqlStatements { edges { node { id outcome } } } }',
  )
  assert.deepEqual(data.sqlStatements.edges, [{ node: { id: auditId(id), outcome: 'COMPLETE' } }])
  assert.match(auditId(id), /^[0-9a-f]{16}$/)
  for await (const { records } of graph.log.read(AUDIT_TOPIC, { from: [0], to: [2] })) {
    for (const { key, value } of records) {
      assert.doesNotMatch(`${key} ${new TextDecoder().decode(value)}`, /nobody-guesses/)
    }
  }
  assert.equal(auditId(`${id}.csv.1234`), `${auditId(id)}.csv.1234`)
})

test('statements are in it as a whole, cursors and sizes of pages checked', async () => {
  const { log, audit } = await open()
  await audit.begin(statement('long', { statement: 'x'.repeat(65_536) }))
  assert.equal((await readAudit(log, { first: 1 })).entries[0]?.statement.length, 65_536)
  await assert.rejects(readAudit(log, { first: 0 }), { code: 'BAD_USER_INPUT' })
  await assert.rejects(readAudit(log, { first: 1, after: 'nonsense' }), { code: 'INVALID_CURSOR' })
})
