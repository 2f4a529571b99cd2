import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import type { UseCase } from '#use-cases/define.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'
import { ask } from '../support/ask.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { runCommand } from '../support/run-command.ts'
import { createScratchDirectory, type ScratchDirectory } from '../support/scratch-directory.ts'
import { until } from '../support/until.ts'

/** More than the command sends in one request. */
const COUNT = 1200

describe('the command line beside a running platform', { concurrency: 2 }, () => {
  let directory: ScratchDirectory
  let platform: PlatformProcess
  const dataDir = () => join(directory.path, 'data')
  const file = (name: string) => join(directory.path, name)
  const predicted = ({ id }: UseCase, count: number) =>
    until(`${count} predictions of ${id}`, async () => {
      const { useCase } = await ask<{ useCase: { session: { predictions: number; deadLetters: number } } }>(
        platform.url,
        'query ($id: UseCaseId!) { useCase(id: $id) { session { predictions deadLetters } } }',
        { id },
      )
      assert.equal(useCase.session.deadLetters, 0)
      return useCase.session.predictions === count
    })

  before(async () => {
    directory = await createScratchDirectory()
    platform = await startPlatformProcess({ args: ['--data-dir', dataDir(), '--no-producers'] })
  })
  after(async () => {
    await platform?.kill()
    await directory?.[Symbol.asyncDispose]()
  })

  test('ingest sends JSON Lines in batches, skips what was sent, and tells which line is refused', async () => {
    const events = generatedEvents(tfd, { count: COUNT, seed: 'jsonl', mode: 'parity' })
    const write = (name: string, lines: readonly unknown[]) =>
      writeFile(file(name), lines.map(line => `${JSON.stringify(line)}\n`).join('\n'))
    await write('events.jsonl', events.slice(0, COUNT - 1))
    const first = await runCommand('ingest', 'tfd', file('events.jsonl'), '--url', platform.url)
    assert.equal(first.code, 0, first.stderr)
    assert.match(first.stdout, /^1199 accepted, 0 duplicates, 0 rejected in \d+\.\d s$/m)
    const lines = [...events.slice(0, 700), { ...events[700], amount: null }, events.at(-1)]
    await write('again.jsonl', lines)
    const again = await runCommand('ingest', 'TFD', file('again.jsonl'), '--url', platform.url)
    assert.equal(again.code, 1)
    assert.match(again.stdout, /^1 accepted, 700 duplicates, 1 rejected in /m)
    assert.match(again.stderr, /^event 701: TFD event refused: "amount" is null, wanted a finite number/m)
    await predicted(tfd, COUNT)
  })

  test('ingest sends Parquet, with structs and instants in whatever type the file has them', async () => {
    const events = generatedEvents(eta, { count: COUNT, seed: 'parquet', mode: 'parity' })
    await writeParquet(file('events.parquet'), events)
    const { code, stdout, stderr } = await runCommand(
      'ingest',
      'ETA',
      file('events.parquet'),
      `--url=${platform.url}`,
    )
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^1200 accepted, 0 duplicates, 0 rejected in /m)
    await predicted(eta, COUNT)
    const [first] = events as [JsonEvent]
    const { useCase } = await ask<{ useCase: { session: { id: string } } }>(
      platform.url,
      '{ useCase(id: ETA) { session { id } } }',
    )
    const { prediction } = await ask<{ prediction: { eventTime: string; eventJson: JsonEvent } }>(
      platform.url,
      'query ($id: ID!) { prediction(id: $id) { eventTime eventJson } }',
      { id: Buffer.from(`ETA ${useCase.session.id} 0`).toString('base64url') },
    )
    const sent = events.find(event => event['trip_id'] === prediction.eventJson['trip_id'])
    assert.deepEqual(
      { ...prediction.eventJson, timestamp: null },
      { ...sent, timestamp: null },
      JSON.stringify(first),
    )
    assert.equal(Date.parse(prediction.eventTime), Date.parse(sent?.['timestamp'] as string))
  })

  for (const [what, args, code, message] of [
    ['a file that is not there', ['TFD', 'nowhere.jsonl'], 2, /^There is no file .*nowhere\.jsonl\.$/m],
    [
      'a file of another kind',
      ['TFD', 'events.csv'],
      2,
      /events\.csv given, a \.jsonl or \.parquet file wanted\.$/m,
    ],
    ['a line that is not JSON', ['TFD', 'broken.jsonl'], 2, /broken\.jsonl, line 2: not JSON/],
    ['a file that is no Parquet', ['TFD', 'broken.parquet'], 2, /broken\.parquet is not a Parquet file/],
    ['a use case that there is not', ['NONE', 'one.jsonl'], 2, /"NONE"/],
  ] as const) {
    test(`ingest of ${what} ends with code ${code} and says so`, async () => {
      await writeFile(file('events.csv'), 'a,b\n')
      await writeFile(file('broken.jsonl'), '\n{\n')
      await writeFile(file('one.jsonl'), '{}\n')
      await writeFile(file('broken.parquet'), 'PAR1')
      const [useCase, name] = args
      const ran = await runCommand('ingest', useCase, file(name), '--url', platform.url)
      assert.equal(ran.code, code, ran.stderr)
      assert.match(ran.stderr, message)
      assert.doesNotMatch(ran.stderr, /^\s+at /m)
    })
  }

  test('ingest with nothing running hints at `npm start`', async () => {
    await writeFile(file('alone.jsonl'), '{}\n')
    const ran = await runCommand('ingest', 'TFD', file('alone.jsonl'), '--url', 'http://127.0.0.1:9')
    assert.equal(ran.code, 1)
    assert.match(
      ran.stderr,
      /^Nothing answers at http:\/\/127\.0\.0\.1:9 .*Start the platform with `npm start`/m,
    )
  })

  test('sql prints a table for people, and an object a row for programs', async () => {
    const statement = "SELECT 1 AS one, 'a' AS name UNION ALL SELECT 2, NULL ORDER BY one"
    const told = await runCommand('sql', statement, '--url', platform.url)
    assert.equal(told.code, 0, told.stderr)
    assert.equal(told.stdout, 'one  name\n───  ────\n  1  a\n  2\n')
    assert.match(told.stderr, /^2 rows in \d+ ms/m)
    const options = ['--json', '--limit=1', '--as-of', 'live', '--use-case', 'tfd']
    const json = await runCommand('sql', statement, ...options, `--url=${platform.url}`)
    assert.equal(json.code, 0, json.stderr)
    assert.equal(json.stdout, '{"one":1,"name":"a"}\n')
    assert.match(json.stderr, /^1 rows, cut there in /m)
  })

  for (const [what, args, message] of [
    ['a statement that is none', ['SELEC 1'], /\(SQL_SYNTAX\)$/m],
    ['anything but a SELECT', ['DROP TABLE tfd.events'], /\(SQL_REFUSED\)$/m],
    ['an instant that is none', ['SELECT 1', '--as-of', 'yesterday'], /^--as-of: "yesterday" given, live,/m],
    ['an option that there is not', ['SELECT 1', '--rows', '5'], /^--rows 5 given, some of --use-case,/m],
  ] as const) {
    test(`sql of ${what} ends with code 2 and says so`, async () => {
      const ran = await runCommand('sql', ...args, '--url', platform.url)
      assert.equal(ran.code, 2, ran.stderr)
      assert.match(ran.stderr, message)
      assert.equal(ran.stdout, '')
    })
  }

  test('a second start on the same data directory fails and names the first one', async () => {
    const ran = await runCommand('dev', '--json', '--port', '0', '--data-dir', dataDir())
    assert.equal(ran.code, 1)
    const failed = JSON.parse(ran.stdout.trim().split('\n').at(-1) as string) as Record<string, string>
    assert.deepEqual([failed['event'], failed['code']], ['failed', 'DATA_DIRECTORY_LOCKED'])
    assert.ok(failed['message']?.includes(`process ${platform.pid} at ${platform.url}`), failed['message'])
    await ask(platform.url, '{ useCases { id } }')
  })

  test('a port that was asked for and is taken is an error, told to people on stderr', async () => {
    const { port } = new URL(platform.url)
    const ran = await runCommand('dev', '--ephemeral', '--port', port)
    assert.equal(ran.code, 1)
    assert.match(ran.stderr, new RegExp(`\\b${port}\\b.*\\(PORT_IN_USE\\)`))
  })

  test('wrong settings are told all at once, with code 2, before anything is opened', async () => {
    const wrong =
      '--host 0.0.0.0 --port many --mode=odd --rate 0 --label-speed -1 --option x --log-format xml --prot 1'
    const ran = await runCommand('dev', '--json', '--data-dir', file('never'), ...wrong.split(' '))
    assert.equal(ran.code, 2)
    const { code, message } = JSON.parse(ran.stdout) as { code: string; message: string }
    assert.equal(code, 'INVALID_CONFIGURATION')
    const problems = message.split('\n')
    for (const part of [
      '--prot 1 given',
      '--host: "0.0.0.0" given without ACCESS_TOKEN; whoever reaches',
      '--port: "many" given',
      '--mode: "odd" given',
      '--rate: "0" given',
      '--label-speed: "-1" given',
      '--option: "x" given',
      '--log-format: "xml" given',
    ]) {
      assert.ok(
        problems.some(problem => problem.startsWith(part) && problem.endsWith('.')),
        `${part} in ${message}`,
      )
    }
    assert.equal(problems.length, 8)
  })

  test('generator options that none knows or can read are told as well', async () => {
    const wrong = '--option fraud-probabilty=.5 --option fraud_probability=2'
    const { code, stderr } = await runCommand('dev', '--ephemeral', '--port', '0', ...wrong.split(' '))
    assert.equal(code, 2)
    assert.match(stderr, /^--option: "fraud-probabilty" given, one of fraud-probability, .* wanted\.$/m)
    assert.match(
      stderr,
      /^--option: Option "fraud-probability" was given "2"; wanted a number from 0 up to 1\./m,
    )
  })
})

/** A file as other tools write it: instants as such, integers of 64 bits, structs. */
async function writeParquet(path: string, events: readonly JsonEvent[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const source = `${path}.jsonl`
  await writeFile(source, events.map(event => JSON.stringify(event)).join('\n'))
  await connection.run(
    `COPY (SELECT * REPLACE (make_timestamp(epoch_us("timestamp"::TIMESTAMP)) AS "timestamp")
       FROM read_json('${source}', format = 'newline_delimited')) TO '${path}' (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
}
