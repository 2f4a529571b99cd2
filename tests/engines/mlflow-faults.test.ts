import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { pipeline } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import { openMlflowTracking } from '#adapters/tracking/mlflow.ts'
import { createCertificates } from '#engines/certificates.ts'
import { startMlflowServer } from '#engines/mlflow-server.ts'
import { startTcpProxy } from '#engines/tcp-proxy.ts'

const ADMIN = { username: 'admin', password: 'a long password 1' }

const server = await startMlflowServer()
const proxy = await startTcpProxy({ target: { host: '127.0.0.1', port: server.port } })
after(async () => {
  await proxy.stop()
  await server.stop()
})
const proxied = `http://127.0.0.1:${proxy.port}`

const rejectsWith = async (promise: Promise<unknown>, code: string, ...parts: RegExp[]) => {
  const error = (await promise.then(
    () => assert.fail('It did not fail.'),
    (error: unknown) => error,
  )) as Error & { code: string }
  assert.equal(error.code, code, error.message)
  for (const part of parts) assert.match(error.message, part)
  assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /password 1|secret-1/)
}

test('a server with basic authentication takes the right credentials, and permissions are told apart', async () => {
  await using guarded = await startMlflowServer({ auth: ADMIN })
  const uri = guarded.url
  const setting = /MLFLOW_TRACKING_USERNAME/
  await rejectsWith(openMlflowTracking({ uri }), 'ENGINE_ACCESS_DENIED', setting, /without credentials/)
  const wrong = { uri, username: 'admin', password: 'secret-1' }
  await rejectsWith(openMlflowTracking(wrong), 'ENGINE_ACCESS_DENIED', setting, /the user admin/)
  await rejectsWith(openMlflowTracking({ uri, token: 'secret-1' }), 'ENGINE_ACCESS_DENIED', /_TOKEN/)

  await using tracking = await openMlflowTracking({ uri, ...ADMIN })
  const { id: experimentId } = await tracking.ensureExperiment('guarded')
  const { id } = await tracking.createRun({ experimentId, name: 'model' })
  await tracking.artifacts.write(id, 'a', new Uint8Array(10))
  assert.equal((await tracking.artifacts.list(id)).length, 1)

  const reader = { username: 'reader', password: 'other password 1' }
  const created = await fetch(`${uri}/api/2.0/mlflow/users/create`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`${ADMIN.username}:${ADMIN.password}`)}`,
    },
    body: JSON.stringify(reader),
  })
  assert.equal(created.status, 200)
  await using reading = await openMlflowTracking({ uri, ...reader })
  assert.equal((await reading.run(id))?.name, 'model')
  const denied = reading.createRun({ experimentId, name: 'model' })
  await rejectsWith(denied, 'ENGINE_ACCESS_DENIED', /the user reader/, /403/)
})

test('a server that is killed and started again loses and doubles nothing that was logged', async () => {
  await using tracking = await openMlflowTracking({ uri: server.url, retryForMs: 60_000 })
  const { id: experimentId } = await tracking.ensureExperiment('killed')
  const { id } = await tracking.createRun({ experimentId, name: 'model' })
  const log = (step: number) =>
    tracking.log(id, { metrics: [{ name: 'm', value: step % 7 ? step : Number.NaN, step, at: 1000 + step }] })
  const restarted = (async () => {
    await sleep(300)
    await server.kill()
    await sleep(200)
    await server.restart()
  })()
  let isOver = false
  const logging = (async () => {
    let step = 0
    for (; !isOver || step < 50; step += 1) await log(step)
    return step
  })()
  await restarted.finally(() => {
    isOver = true
  })
  const steps = await logging
  const { points } = await tracking.metricHistory(id, 'm')
  assert.deepEqual(
    points.map(point => point.step),
    Array.from({ length: steps }, (_, i) => i),
  )
})

test('connections that break at any moment double no run and no model version', async () => {
  await using tracking = await openMlflowTracking({ uri: proxied, retryForMs: 60_000 })
  const { id: experimentId } = await tracking.ensureExperiment('reset')
  /** Breaks everything twice while `work` is under way: before, while or after the server carries it out. */
  const broken = async <T>(round: number, work: Promise<T>): Promise<T> => {
    for (const ms of [(round * 7) % 40, (round * 11) % 60]) {
      await sleep(ms)
      proxy.reset()
    }
    return work
  }
  const ids = new Set<string>()
  const versions: number[] = []
  for (let i = 0; i < 20; i += 1) {
    const run = await broken(i, tracking.createRun({ experimentId, name: `${i}`, params: { i: `${i}` } }))
    ids.add(run.id)
    const version = { model: 'reset', runId: run.id, artifactPath: 'a' }
    versions.push((await broken(i, tracking.models.createVersion(version))).version)
  }
  const { runs } = await tracking.searchRuns({ experimentIds: [experimentId] })
  assert.deepEqual(new Set(runs.map(({ id }) => id)), ids)
  assert.equal(runs.length, 20)
  assert.deepEqual(
    (await tracking.models.versions('reset')).map(({ version }) => version),
    versions.toReversed(),
  )
})

test('a network that swallows everything is an error in the end, and forgotten when it is over', async () => {
  await using tracking = await openMlflowTracking({ uri: proxied, retryForMs: 500, timeoutMs: 500 })
  proxy.blackhole(true)
  await rejectsWith(tracking.experiments(), 'ENGINE_UNREACHABLE', /MLFLOW_TRACKING_URI/)
  proxy.blackhole(false)
  assert.ok((await tracking.experiments()).length > 0)
  await proxy.refuse(true)
  proxy.reset()
  await rejectsWith(tracking.experiments(), 'ENGINE_UNREACHABLE', /ECONNREFUSED/)
  await rejectsWith(openMlflowTracking({ uri: proxied, retryForMs: 100 }), 'ENGINE_UNREACHABLE')
  await proxy.refuse(false)
  assert.ok((await tracking.experiments()).length > 0)
})

test('ten megabytes arrive over a slow network', async () => {
  await using tracking = await openMlflowTracking({ uri: proxied })
  const { id: experimentId } = await tracking.ensureExperiment('slow')
  const { id } = await tracking.createRun({ experimentId, name: 'model' })
  const content = new Uint8Array(10_000_000)
  for (let i = 0; i < content.length; i += 1) content[i] = (i * 2654435761) >>> 24
  proxy.setBandwidth(20_000_000)
  await tracking.artifacts.write(id, 'checkpoints/state.bin', content)
  const read = await tracking.artifacts.read(id, 'checkpoints/state.bin')
  proxy.setBandwidth(null)
  assert.equal(Buffer.compare(read, content), 0)
})

test('a certificate of an unknown authority is refused; NODE_EXTRA_CA_CERTS makes it known', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mlflow-tls-'))
  const { server: identity } = await createCertificates(folder)
  const [cert, key] = await Promise.all([readFile(identity.cert), readFile(identity.key)])
  const terminator = createServer({ cert, key }, socket => {
    const upstream = connect(server.port, '127.0.0.1')
    pipeline(socket, upstream, socket, () => {})
  })
  try {
    await new Promise<void>(resolve => terminator.listen(0, '127.0.0.1', resolve))
    const uri = `https://127.0.0.1:${(terminator.address() as AddressInfo).port}`
    await rejectsWith(openMlflowTracking({ uri }), 'ENGINE_UNREACHABLE', /NODE_EXTRA_CA_CERTS/)
    const plain = openMlflowTracking({ uri: uri.replace('https', 'http'), retryForMs: 100 })
    await rejectsWith(plain, 'ENGINE_UNREACHABLE', /MLFLOW_TRACKING_URI/)
    const encrypted = openMlflowTracking({ uri: server.url.replace('http', 'https'), retryForMs: 100 })
    await rejectsWith(encrypted, 'ENGINE_UNREACHABLE', /MLFLOW_TRACKING_URI/)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'mlflow-tls-process.ts'), uri],
      { env: { NODE_EXTRA_CA_CERTS: identity.ca } },
    )
    assert.match(stdout, /^Default,/)
  } finally {
    await new Promise(resolve => terminator.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
})
