import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Download } from '#subgraphs/serve/download.ts'
import { openTestGraph, type TestGraph } from '../test-graph.ts'
import { csvLine } from './csv.ts'
import { createDownloads } from './downloads.ts'

const ENDLESS =
  'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) % 7 = 0'

describe('results as files', () => {
  let graph: TestGraph
  const open = (path: string, signal = new AbortController().signal) =>
    createDownloads(graph.services).open(path, { signal }) as Promise<Download>
  const start = async (statement: string, limit = 1000) =>
    (await graph.services.statements.start({ statement, limit })).id
  const textOf = async ({ content }: Download) => {
    const pieces: Uint8Array[] = []
    for await (const piece of content) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  before(async () => {
    graph = await openTestGraph()
  })
  after(() => graph[Symbol.asyncDispose]())

  test('CSV follows RFC 4180', async () => {
    const id = await start(
      `SELECT 1 AS n, 'a "b", c' AS "na,me", NULL AS nothing, '' AS empty, {x: 1} AS s, E'two\\nlines' AS t, '=1+1' AS formula`,
    )
    const download = await open(`/sql/results/${id}.csv`)
    assert.equal(download.contentType, 'text/csv; charset=utf-8; header=present')
    assert.equal(download.fileName, `result-${id}.csv`)
    assert.deepEqual(download.headers, { 'x-coelho-rows': '1', 'x-coelho-truncated': 'false' })
    assert.equal(
      (await textOf(download)).toString(),
      'n,"na,me",nothing,empty,s,t,formula\r\n1,"a ""b"", c",,"","{""x"":1}","two\nlines",=1+1\r\n',
    )
  })

  test('NDJSON has an object a line, with distinct names in the order of the columns', async () => {
    const id = await start(`SELECT range AS "2", range * 2 AS "1", 'ü' AS u, 1 AS u FROM range(3)`)
    const lines = (await textOf(await open(`/sql/results/${id}.ndjson`))).toString().split('\n')
    assert.deepEqual(
      lines.slice(0, 2).map(line => /^\{"2":(\d),"1":(\d),/.exec(line)?.slice(1)),
      [
        ['0', '0'],
        ['1', '2'],
      ],
    )
    assert.equal(Object.keys(JSON.parse(lines[0] as string)).length, 4)
    assert.equal(lines.length, 4)
  })

  test('Parquet keeps the types, and its file is gone afterwards', async () => {
    const id = await start(
      `SELECT range AS n, TIMESTAMPTZ '2026-01-05 00:00:00+00' AS moment, {lat: 1.5} AS place, 1.10::DECIMAL(9,2) AS d FROM range(2000)`,
      5000,
    )
    const download = await open(`/sql/results/${id}.parquet`)
    const content = await textOf(download)
    assert.equal(content.length, download.sizeBytes)
    const path = `${graph.services.results.scratchPath('copy')}.parquet`
    await writeFile(path, content)
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    const read = await connection.runAndReadAll(
      `SELECT count(*), sum(n), typeof(any_value(moment)), any_value(place).lat, typeof(any_value(d)) FROM '${path}'`,
    )
    assert.deepEqual(read.getRowsJson(), [
      ['2000', '1999000', 'TIMESTAMP WITH TIME ZONE', '1.5', 'DECIMAL(9,2)'],
    ])
    connection.closeSync()
    instance.closeSync()
    const folder = path.slice(0, path.lastIndexOf('/'))
    await rm(path)
    assert.ok(existsSync(folder))
    assert.deepEqual(
      readdirSync(folder).filter(name => name.endsWith('.parquet')),
      [],
    )
  })

  test('whoever asks early waits for the end, and gets all rows in order', async () => {
    const id = await start('SELECT range AS n FROM range(30000)', 100_000)
    const text = (await textOf(await open(`/sql/results/${id}.csv`))).toString()
    assert.equal(text, `n\r\n${Array.from({ length: 30_000 }, (_, i) => `${i}\r\n`).join('')}`)
  })

  test('what was cut says so in a header and in its name', async () => {
    const id = await start('SELECT range FROM range(20)', 5)
    const { fileName, headers } = await open(`/sql/results/${id}.ndjson`)
    assert.equal(fileName, `result-${id}-truncated.ndjson`)
    assert.deepEqual(headers, { 'x-coelho-rows': '5', 'x-coelho-truncated': 'true' })
  })

  test('an empty result has its names', async () => {
    const id = await start('SELECT 1 AS a, 2 AS b LIMIT 0')
    assert.equal((await textOf(await open(`/sql/results/${id}.csv`))).toString(), 'a,b\r\n')
    assert.ok((await textOf(await open(`/sql/results/${id}.parquet`))).length > 0)
  })

  test('a statement that failed gives its code, and other paths give nothing', async () => {
    const id = await start('SELECT nope FROM tfd.events')
    await assert.rejects(open(`/sql/results/${id}.csv`), { code: 'SQL_UNKNOWN_NAME' })
    for (const path of [
      `/sql/results/${id}.exe`,
      '/sql/results/../../etc/passwd.csv',
      '/sql/results/00000000.csv',
    ])
      assert.equal(await open(path), null)
  })

  test('who stops waiting is told, and who stops reading leaves nothing behind', async () => {
    const id = await start(ENDLESS)
    await assert.rejects(open(`/sql/results/${id}.csv`, AbortSignal.timeout(50)), {
      code: 'SQL_RESULT_INCOMPLETE',
    })
    graph.services.statements.cancel(id)
    const leaving = new AbortController()
    const done = await start('SELECT range FROM range(10)')
    await open(`/sql/results/${done}.parquet`, leaving.signal)
    assert.equal(graph.services.results.find(done)?.holds, 1)
    leaving.abort()
    assert.equal(graph.services.results.find(done)?.holds, 0)
  })

  test('four are given away at once, and one that is read or left makes room', async () => {
    const id = await start('SELECT range FROM range(10)')
    const downloads = createDownloads(graph.services)
    const leaving = new AbortController()
    const openOne = (signal = new AbortController().signal) =>
      downloads.open(`/sql/results/${id}.csv`, { signal }) as Promise<Download>
    const opened = [await openOne(leaving.signal), await openOne(), await openOne(), await openOne()]
    await assert.rejects(openOne(), { code: 'SQL_BUSY' })
    leaving.abort()
    opened.push(await openOne())
    await assert.rejects(openOne(), { code: 'SQL_BUSY' })
    await textOf(opened[1] as Download)
    opened.push(await openOne())
    for (const each of opened.slice(2)) await textOf(each)
    assert.equal(graph.services.results.find(id)?.holds, 0)
  })

  test('one whose reader leaves is read no further', async () => {
    const id = await start('SELECT range AS n FROM range(90000)', 100_000)
    const leaving = new AbortController()
    const { content } = await open(`/sql/results/${id}.csv`, leaving.signal)
    let pieces = 0
    for await (const _ of content) {
      pieces++
      leaving.abort()
    }
    assert.equal(pieces, 1)
  })

  test('exports are in the audit', async () => {
    const { data } = await graph.ask<{
      sqlStatements: { edges: { node: { kind: string; outcome: string; rowCount: number } }[] }
    }>('{ sqlStatements(first: 50) { edges { node { kind outcome rowCount statement } } } }')
    const exports = data.sqlStatements.edges.filter(({ node }) => node.kind === 'EXPORT')
    assert.ok(exports.some(({ node }) => node.outcome === 'COMPLETE' && node.rowCount === 30_000))
    assert.ok(
      exports.some(({ node }) => node.outcome === 'SQL_CANCELLED'),
      'the one that was not read',
    )
  })
})

test('a line of CSV quotes only what has to be', () => {
  assert.equal(csvLine([true, 1.5, 'x', ' x', null, [1, 'a']]), 'true,1.5,x," x",,"[1,""a""]"\r\n')
})
