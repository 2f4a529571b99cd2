import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startS3Server } from '#engines/s3-server.ts'
import { createRandom } from '#learn/math/random.ts'
import { tfd } from '#use-cases/tfd.ts'
import { drainAndAudit } from '../e2e/sink/drain-and-audit.ts'
import { startFilling } from '../e2e/sink/start-filling.ts'

const ROUNDS = 6

test(`${ROUNDS} SIGKILLs of a sink and as many of its S3 server lose no row and double none`, {
  timeout: 150_000,
}, async () => {
  await using server = await startS3Server({ buckets: ['lake'] })
  const { endpoint, region, accessKeyId, secretAccessKey } = server
  const s3 = { bucket: 'lake', prefix: 'tables', endpoint, region, accessKeyId, secretAccessKey }
  const directory = await mkdtemp(join(tmpdir(), 'sink-s3-'))
  const random = createRandom('sink-s3')
  const moment = () => sleep(200 + random.next() * 700)
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const filling = await startFilling({
        directory,
        s3,
        seed: `s3 ${round}`,
        useCases: [tfd.id],
        isStrict: false,
      })
      await moment()
      await server.kill()
      await moment()
      // In half of the rounds the sink goes while the server is away.
      if (round % 2 === 0) await filling.kill()
      await server.restart()
      if (round % 2 === 0) continue
      await moment()
      await filling.kill()
    }
    const { rows, quarantined } = await drainAndAudit({ directory, s3 }, [tfd])
    assert.ok(rows > 500, `${rows} rows`)
    assert.ok(quarantined > 5, `${quarantined} in quarantine`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
