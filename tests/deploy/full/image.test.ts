import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { installImageTools } from '#engines/deploy/install-image-tools.ts'
import { freePort } from '#engines/free-port.ts'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { type BuiltImage, buildImage } from '../support/build-image.ts'
import { imageViolations } from '../support/image-rules.ts'
import { CHART } from '../support/render-chart.ts'
import { type Container, runContainer } from '../support/run-container.ts'

const TOKEN = 'a-token-for-the-test-of-the-image-only'
const authorization = `Bearer ${TOKEN}`
const READY_MS = 5000
/** When what a start left behind has been collected. */
const IDLE_AFTER_MS = 10_000
const IDLE_BYTES = 350 * 2 ** 20

describe('the image', () => {
  let image: BuiltImage
  let scratch: string
  before(async () => {
    await installImageTools()
    scratch = mkdtempSync(join(tmpdir(), 'coelho-image-test-'))
    image = await buildImage()
  })
  after(async () => {
    await image?.[Symbol.asyncDispose]()
    rmSync(scratch, { recursive: true, force: true })
  })

  test('keeps its rules', () => {
    assert.deepEqual(imageViolations(image), {})
  })

  const faults: readonly [
    rule: string,
    plant: (copy: { rootfs: string; config: BuiltImage['config'] }) => void,
  ][] = [
    ['runs as nobody special', copy => (copy.config.User = '')],
    ['has nothing to log in to', ({ rootfs }) => writeFileSync(join(rootfs, 'usr/local/bin/sh'), '')],
    [
      'is no larger than it may be',
      ({ rootfs }) => writeFileSync(join(rootfs, 'app/more'), Buffer.alloc(30e6)),
    ],
    ['gives nobody more rights', ({ rootfs }) => chmodSync(join(rootfs, 'usr/local/bin/node'), 0o4755)],
    ['lets nobody write what it runs', ({ rootfs }) => chmodSync(join(rootfs, 'app/main.ts'), 0o666)],
    ['has no secrets and no tests', ({ rootfs }) => writeFileSync(join(rootfs, 'app/.env'), 'X=1')],
    [
      'has what it needs',
      ({ rootfs }) =>
        rmSync(join(rootfs, `app/node_modules/@duckdb/node-bindings-linux-${process.arch}`), {
          recursive: true,
        }),
    ],
    [
      'lists its parts',
      ({ rootfs }) => writeFileSync(join(rootfs, 'app/sbom.cdx.json'), '{"components":[]}'),
    ],
    ['says what it is', copy => (copy.config.Labels = {})],
  ]
  test('would be caught with each of nine faults', () => {
    for (const [rule, plant] of faults) {
      const copy = { rootfs: join(scratch, 'planted'), config: structuredClone(image.config) }
      cpSync(image.rootfs, copy.rootfs, { recursive: true })
      plant(copy)
      const found = imageViolations(copy)
      assert.ok(found[rule], `${rule}: only ${Object.keys(found).join(', ')} was found.`)
      rmSync(copy.rootfs, { recursive: true })
    }
  })

  test('runs everything in one process, read-only and as nobody, and goes on after it was stopped', async () => {
    const port = await freePort()
    const dataDir = join(scratch, 'data')
    // Another address than a loopback one, as in a cluster: probes have a port of their own, the graph wants the token.
    const start = () =>
      runContainer(image, {
        args: ['dev', '--host=0.0.0.0', `--port=${port}`, '--log-format=json', '--rate=20'],
        env: { ACCESS_TOKEN: TOKEN },
        dataDir,
      })
    const began = performance.now()
    await using container = start()
    await ready(container, port + 1000)
    const readyMs = performance.now() - began
    const url = `http://127.0.0.1:${port}/graphql`
    assert.equal((await fetch(url, { headers: { accept: 'text/html', authorization } })).status, 200)
    const rows = () =>
      ask(
        url,
        '{ sql(useCase: TFD, statement: "SELECT count(*) FROM events", asOf: { mode: LIVE }, wait: 10000) { rows } }',
      )
    assert.ok(Number(((await rows()) as { sql: { rows: [[unknown]] } }).sql.rows[0][0]) >= 0)
    const first = await firstPrediction(url)
    // The first version of a table and the first checkpoint come after some seconds.
    let unknown: string[] = []
    for (let attempt = 0; attempt < 60; attempt++) {
      unknown = await unknownSeries(`http://127.0.0.1:${port + 1000}/metrics`)
      if (unknown.length === 0) break
      await new Promise(resolve => setTimeout(resolve, 500))
    }
    assert.deepEqual(unknown, [])
    const { services } = (await ask(url, '{ services { name state } }')) as { services: { state: string }[] }
    assert.ok(
      services.every(({ state }) => state === 'UP'),
      JSON.stringify(services),
    )
    assert.equal(await container.stop(), 0, container.output())

    await using again = start()
    await ready(again, port + 1000)
    const { prediction } = (await ask(url, `{ prediction(id: ${JSON.stringify(first)}) { id } }`)) as {
      prediction: { id: string }
    }
    assert.equal(prediction.id, first)
    assert.equal(await again.stop(), 0)
    await using quiet = runContainer(image, {
      args: ['dev', '--host=0.0.0.0', `--port=${port}`, '--no-producers'],
      env: { ACCESS_TOKEN: TOKEN },
      dataDir: join(scratch, 'quiet'),
    })
    await ready(quiet, port + 1000)
    await new Promise(resolve => setTimeout(resolve, IDLE_AFTER_MS))
    const idle = quiet.residentBytes()
    console.log(`ready after ${(readyMs / 1000).toFixed(1)} s, ${(idle / 2 ** 20).toFixed(0)} MiB resident`)
    assert.ok(idle > 2 ** 26 && idle <= IDLE_BYTES, `${idle} bytes`)
    assert.ok(readyMs <= 2 * READY_MS, `${readyMs} ms`)
  })

  test('says what is missing and ends with 2, as any role', async () => {
    for (const [args, message] of [
      [['dev', '--host=0.0.0.0'], /without ACCESS_TOKEN/],
      [['role', 'sink'], /KAFKA_BROKERS/],
      [['role', 'cook'], /one of gateway, incremental/],
    ] as const) {
      await using container = runContainer(image, { args, dataDir: join(scratch, 'none') })
      assert.equal(await container.exited, 2, container.output())
      assert.match(container.output(), message)
    }
  })
})

async function ready(container: Container, port: number): Promise<void> {
  let over: number | null | undefined
  void container.exited.then(code => (over = code))
  for (let attempt = 0; attempt < 600; attempt++) {
    if (over !== undefined) assert.fail(`The container ended with ${over}: ${container.output()}`)
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.ok) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  assert.fail(`Not ready after 30 s: ${container.output()}`)
}

/** Series and labels that the chart's rules name and the platform, while it runs, does not export. */
async function unknownSeries(url: string): Promise<string[]> {
  const rules = readFileSync(join(CHART, 'files/rules/platform.yaml'), 'utf8')
  const exported = await (await fetch(url)).text()
  const named = [...rules.matchAll(/by \(namespace, (\w+)\) \((?:increase\()?(coelho_\w+)/g)]
  assert.ok(named.length >= 4)
  return named
    .filter(([, label, name]) => !new RegExp(`^${name}\\{[^}]*${label}="`, 'm').test(exported))
    .map(([, label, name]) => `${name}{${label}}`)
}

async function ask(url: string, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown }
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data
}

/** The id of a prediction that a subscription brings. */
async function firstPrediction(url: string): Promise<string> {
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  })
  try {
    for await (const { data } of client.iterate({
      query: 'subscription { predictions(useCase: TFD) { id } }',
    })) {
      return (data as { predictions: { id: string } }).predictions.id
    }
  } finally {
    await client.dispose()
  }
  return assert.fail('The subscription ended.')
}
