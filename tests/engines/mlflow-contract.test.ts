import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openMlflowTracking } from '#adapters/tracking/mlflow.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import { startMlflowServer } from '#engines/mlflow-server.ts'
import { trackingContract } from '#ports/tracking.contract.ts'

const folder = await mkdtemp(join(tmpdir(), 'mlflow-contract-'))
const own = { database: join(folder, 'own.db'), artifactsDir: join(folder, 'own artifacts') }
await (await openSqliteTracking(own))[Symbol.asyncDispose]()

const server = await startMlflowServer()
const overOurs = await startMlflowServer({ database: own.database, artifacts: own.artifactsDir })
after(async () => {
  await Promise.all([server.stop(), overOurs.stop()])
  await rm(folder, { recursive: true, force: true })
})

trackingContract({ name: 'MLflow server', open: () => openMlflowTracking({ uri: server.url }) })
trackingContract({
  name: 'MLflow server on a database of the embedded store',
  open: () => openMlflowTracking({ uri: overOurs.url }),
})
trackingContract({
  name: 'embedded store beside a server on its database',
  open: () => openSqliteTracking(own),
})
