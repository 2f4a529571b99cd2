import assert from 'node:assert/strict'
import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { tfd } from '#use-cases/tfd.ts'
import { ask } from '../support/ask.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { runCommand } from '../support/run-command.ts'
import { createScratchDirectory } from '../support/scratch-directory.ts'
import { until } from '../support/until.ts'

const COUNT = 600

interface Answers {
  useCase: {
    session: { id: string; predictions: number; metrics: unknown }
  }
}
const SESSION = `{ useCase(id: TFD) { session { id predictions metrics { name value n } } } }`
const PREDICTION = `query ($id: ID!) { prediction(id: $id) { id eventJson score label modelVersion } }`
const LAKE = `{ sql(useCase: TFD, statement: "SELECT count(*), sum(amount), max(transaction_id) FROM events", wait: 10000) { rows } }`

test('a copy of a stopped platform, started elsewhere, gives the same answers and goes on', async () => {
  await using directory = await createScratchDirectory()
  const at = (name: string) => join(directory.path, name)
  const events = generatedEvents(tfd, { count: COUNT + 1, seed: 'backup', mode: 'parity' })
  const file = at('events.jsonl')
  const write = (some: readonly unknown[]) =>
    writeFile(file, some.map(event => `${JSON.stringify(event)}\n`).join(''))
  const answersOf = async (url: string, predictionId: string) => ({
    session: (await ask<Answers>(url, SESSION)).useCase.session,
    prediction: await ask(url, PREDICTION, { id: predictionId }),
    lake: await ask(url, LAKE),
  })
  const stored = async (url: string, count: number) =>
    until(`${count} events in the lake`, async () => {
      const { sql } = await ask<{ sql: { rows: unknown[][] } }>(url, LAKE)
      return Number(sql.rows[0]?.[0]) === count
    })

  await write(events.slice(0, COUNT))
  const first = await startPlatformProcess({ args: ['--data-dir', at('data'), '--no-producers'] })
  let before: Awaited<ReturnType<typeof answersOf>>
  let id: string
  try {
    const sent = await runCommand('ingest', 'tfd', file, '--url', first.url)
    assert.equal(sent.code, 0, sent.stderr)
    await until('all predictions', async () => {
      const { useCase } = await ask<Answers>(first.url, SESSION)
      return useCase.session.predictions === COUNT
    })
    await stored(first.url, COUNT)
    const { useCase } = await ask<{ useCase: { recentPredictions: { id: string }[] } }>(
      first.url,
      '{ useCase(id: TFD) { recentPredictions(first: 1) { id } } }',
    )
    id = useCase.recentPredictions[0]?.id ?? assert.fail()
    before = await answersOf(first.url, id)
  } finally {
    assert.equal(await first.stop(), 0)
  }

  await cp(at('data'), at('elsewhere'), { recursive: true })
  await rm(at('data'), { recursive: true })
  await using second = await startPlatformProcess({ args: ['--data-dir', at('elsewhere'), '--no-producers'] })
  assert.deepEqual(await answersOf(second.url, id), before)

  // All that was sent is known, and one more is learned by the same session.
  await write(events)
  const again = await runCommand('ingest', 'tfd', file, '--url', second.url)
  assert.match(again.stdout, new RegExp(`^1 accepted, ${COUNT} duplicates, 0 rejected`, 'm'))
  await until('one more prediction', async () => {
    const { useCase } = await ask<Answers>(second.url, SESSION)
    return useCase.session.predictions === COUNT + 1 && useCase.session.id === before.session.id
  })
})
