import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAdapters } from '#adapters/open.ts'
import { createRandom } from '#learn/math/random.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { graphql } from '../support/graphql.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { auditDirectory } from './audit-directory.ts'

const ROUNDS = 20
/** Twenty starts of the whole platform take their time on a busy machine. */
const TIMEOUT_MS = 300_000
const INGEST = 'mutation ($events: [JSON!]!) { ingest(useCase: TFD, events: $events) { accepted } }'

function transaction(): Record<string, unknown> {
  return {
    transaction_id: randomUUID(),
    user_id: 'someone',
    timestamp: new Date().toISOString(),
    amount: 12.5,
    currency: 'EUR',
    merchant_id: 'merchant_1',
    product_category: 'travel',
    transaction_type: 'purchase',
    payment_method: 'paypal',
    location: { lat: 1, lon: 2 },
    ip_address: '192.0.2.1',
    device_info: { os: 'iOS', browser: 'Safari' },
    user_agent: 'test',
    account_age_days: 100,
    cvv_provided: true,
    billing_address_match: true,
    is_fraud: 0,
  }
}

/** Sends batches until the platform dies; returns the ids that it acknowledged. */
async function ingestUntilDeath(url: string): Promise<string[]> {
  const acknowledged: string[] = []
  for (;;) {
    const events = Array.from({ length: 20 }, transaction)
    try {
      const { data, errors } = await graphql<{ ingest: { accepted: number } }>(url, INGEST, { events })
      assert.equal(errors, undefined)
      assert.equal(data.ingest.accepted, events.length)
      acknowledged.push(...events.map(event => String(event['transaction_id'])))
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
      return acknowledged
    }
  }
}

test(`${ROUNDS} SIGKILLs at random moments: nothing acknowledged is lost, nothing is predicted twice, state equals an uninterrupted run`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'crash-'))
  const random = createRandom('crash')
  const acknowledged: string[] = []
  const args = ['--data-dir', dataDir, '--rate', '200']
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await using platform = await startPlatformProcess({ args })
      const ingesting = ingestUntilDeath(platform.url)
      await new Promise(resolve => setTimeout(resolve, random.next() * 800))
      await platform.kill()
      acknowledged.push(...(await ingesting))
      if (round === 3) await poison(dataDir)
    }
    await using last = await startPlatformProcess({ args: [...args, '--no-producers'] })
    await drained(last.url)
    assert.equal(await last.stop(), 0, last.stderr())

    for (const useCase of useCases as readonly UseCase[]) {
      const audit = await auditDirectory({
        dataDir,
        useCase,
        acknowledged: useCase.id === 'TFD' ? acknowledged : [],
      })
      assert.ok(audit.predictions > ROUNDS, `${useCase.id}: ${audit.predictions} predictions`)
      assert.equal(audit.deadLetters, 1, `${useCase.id}: dead letters`)
      assert.ok(audit.recoveries > 0)
    }
    assert.ok(acknowledged.length > 0)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

async function poison(dataDir: string): Promise<void> {
  await using adapters = await openAdapters({ dataDir, ports: ['log'] })
  for (const useCase of useCases)
    await adapters.log.append(topicsOf(useCase).events, [{ value: '{"poison": true' }])
}

async function drained(url: string): Promise<void> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const { data } = await graphql<{ useCases: { lag: { totalLag: number } }[] }>(
      url,
      '{ useCases { lag { totalLag } } }',
    )
    if (data.useCases.every(({ lag }) => lag.totalLag === 0)) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('The learners did not catch up within 30 s.')
}
