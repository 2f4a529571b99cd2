import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { tfd } from '#use-cases/tfd.ts'
import { FUNCTIONS } from '../statements/functions.ts'
import { openTestGraph, type TestGraph } from '../test-graph.ts'
import { templatesOf } from './templates-of.ts'

const SQL =
  'query($u: UseCaseId, $s: String!) { sql(useCase: $u, statement: $s) { columns { name } rows rowCount } }'

interface SqlData {
  sql: { rows: unknown[][]; rowCount: number }
}

interface Completion {
  relations: {
    name: string
    columns: { name: string; type: string; description: string; partition: boolean }[]
  }[]
  keywords: string[]
}

describe('templates', () => {
  let graph: TestGraph
  before(async () => {
    graph = await openTestGraph()
    for (const { id } of useCases) {
      await graph.produce(id, 300)
      await graph.sink(id)
    }
  })
  after(() => graph[Symbol.asyncDispose]())

  for (const useCase of useCases) {
    test(`of ${useCase.id} include the six of the reference system, and all run`, async () => {
      const { data } = await graph.ask<{
        sqlTemplates: { id: string; statement: string; description: string }[]
      }>(`{ sqlTemplates(useCase: ${useCase.id}) { id title description statement } }`)
      const templates = data.sqlTemplates
      assert.equal(templates.filter(({ id }) => id.startsWith('reference-')).length, 6)
      assert.ok(templates.length >= 6 + 5, `${templates.length} templates`)
      assert.equal(new Set(templates.map(({ id }) => id)).size, templates.length, 'ids are unique')
      for (const { id, statement, description } of templates) {
        assert.match(description, /\.$/)
        const { data: answer, errors } = await graph.ask<SqlData>(SQL, { u: useCase.id, s: statement })
        assert.deepEqual(errors, [], id)
        // Tables that are empty here, and what this few users show.
        const mayBeEmpty = /quarantine|suspicious|reference-fraud|positive-share/.test(id)
        assert.ok(mayBeEmpty || answer.sql.rowCount > 0, `${id} gives rows`)
      }
    })
  }

  test('join what was predicted with how it turned out', async () => {
    const [calibration] = templatesOf(tfd).filter(({ id }) => id === 'calibration')
    const { data } = await graph.ask<SqlData>(SQL, { u: 'TFD', s: calibration?.statement })
    const counts = data.sql.rows.map(([decile, predictions]) => [decile, predictions])
    assert.deepEqual(
      counts,
      Array.from({ length: 10 }, (_, decile) => [decile, 30]),
    )
  })

  test('of a use case that nobody wrote any for follow from its declaration', async () => {
    const fourth: UseCase = { ...(tfd as UseCase), id: 'FOURTH' }
    const own = templatesOf(tfd).filter(({ id }) => !/^reference-|^suspicious-amounts$/.test(id))
    assert.deepEqual(templatesOf(fourth), own)
    assert.ok(own.some(({ id }) => id === 'positive-share-by-merchant_id'))
  })

  test('every function that editors complete may be called', async () => {
    const given: Record<string, string> = {
      value: 'a',
      number: 'n',
      condition: 'a = 1',
      fraction: '0.5',
      y: 'n',
      x: 'm',
      by: 'n',
      text: "'some text'",
      separator: "','",
      groups: '3',
      rows: '1',
      part: "'hour'",
      instant: 'moment',
      start: 'moment',
      end: 'moment + INTERVAL 1 HOUR',
      date: 'moment::DATE',
      width: 'INTERVAL 1 HOUR',
      format: "'%Y'",
      seconds: 'n',
      digits: '1',
      base: '2',
      exponent: '3',
      a: 'n',
      b: 'm',
      count: '2',
      from: "'s'",
      to: "'t'",
      pattern: "'s(.)m'",
      group: '1',
      json: `'{"x": 1}'`,
      path: "'$.x'",
      struct: '{x: 1}',
      member: "'x'",
      list: '[1, 2]',
      '*': '*',
    }
    const window = new Set('row_number rank dense_rank ntile lag lead first_value last_value'.split(' '))
    const special: Record<string, string> = {
      strptime: "strptime('2026', '%Y')",
      substring: "substring('text', 1, 2)",
      split_part: "split_part('a,b', ',', 1)",
      contains: "contains('text', 'x')",
      starts_with: "starts_with('text', 't')",
      regexp_replace: "regexp_replace('text', 't', 'x')",
    }
    for (const { name, signature } of FUNCTIONS) {
      const [, inside = ''] = /\((.*)\)/.exec(signature) ?? []
      const values = inside
        .split(', ')
        .map(each => given[each] ?? (each === '' ? '' : assert.fail(`${signature}: ${each}`)))
      const call = special[name] ?? `${name}(${values.join(', ')})`
      const s = `WITH t AS (SELECT 1 AS a, 2.0::DOUBLE AS n, 3.0::DOUBLE AS m, TIMESTAMPTZ '2026-01-05' AS moment, 'x' AS s)
        SELECT ${call}${window.has(name) ? ' OVER (ORDER BY n)' : ''} AS r FROM t`
      const { columns } = await graph.services.engine.validate(s, [])
      assert.equal(columns.length, 1, signature)
    }
  })

  test('completion tells relations, columns, functions and keywords', async () => {
    const { data, errors } = await graph.ask<{ sqlCompletion: Completion }>(`{ sqlCompletion(useCase: ETA) {
      relations { name table { name } columns { name type description partition } } functions { name signature } keywords } }`)
    assert.deepEqual(errors, [])
    const { relations, keywords } = data.sqlCompletion
    const names = relations.map(({ name }) => name)
    assert.deepEqual(names.slice(0, 6), ['data', 'events', 'predictions', 'outcomes', 'labels', 'quarantine'])
    assert.ok(names.includes('tfd.events'))
    const columnOf = (relation: string, column: string) =>
      relations.find(({ name }) => name === relation)?.columns.find(({ name }) => name === column)
    assert.equal(columnOf('data', 'origin')?.type, 'VARCHAR')
    assert.equal(columnOf('events', 'origin')?.type, 'STRUCT(lat DOUBLE, lon DOUBLE)')
    assert.equal(columnOf('events', 'event_date')?.partition, true)
    assert.match(String(columnOf('events', 'weather')?.description), /^Weather/)
    assert.ok(keywords.includes('SELECT'))
  })
})
