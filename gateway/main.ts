import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Registry, collectDefaultMetrics } from 'prom-client'
import { createGateway } from './create-gateway.ts'
import { gatewayError } from './error-codes.ts'
import type { GatewayLogger } from './logger.ts'
import { remoteSubgraph } from './subgraphs/remote-subgraph.ts'
import { subgraphReadiness } from './subgraphs/subgraph-readiness.ts'
import { supergraphUrls } from './supergraph-urls.ts'

/** `npm run gateway -- --supergraph FILE --port N`: a gateway for any supergraph whose subgraphs speak HTTP and graphql-ws. */
const USAGE =
  'Usage: npm run gateway -- --supergraph FILE [--port N] [--host H] [--allow-host NAME]… [--allow-origin URL]…'
const DEFAULT_PORT = 4000
const DRAIN_MS = 10_000

const log = (level: string) => (message: string, fields?: Record<string, unknown>) => {
  process.stderr.write(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}\n`)
}
const stderrLogger: GatewayLogger = {
  debug: () => undefined,
  info: log('info'),
  warn: log('warn'),
  error: log('error'),
}

const started = performance.now()
try {
  await start()
} catch (error) {
  const code = error instanceof Error && 'extensions' in error ? ` (${JSON.stringify(error.extensions)})` : ''
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${code}\n`)
  process.exitCode = 1
}

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: {
      supergraph: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      'allow-origin': { type: 'string', multiple: true, default: [] },
    },
  })
  if (!values.supergraph) throw gatewayError('BAD_USER_INPUT', `No --supergraph was given. ${USAGE}`)
  const supergraphSdl = await readFile(values.supergraph, 'utf8')
  const subgraphs = Object.fromEntries(
    Object.entries(supergraphUrls(supergraphSdl)).map(([name, url]) => [name, remoteSubgraph({ url })]),
  )
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gateway = await createGateway({
    supergraphSdl,
    subgraphs,
    host: values.host,
    port: portOf(values.port),
    portIsExplicit: values.port !== undefined,
    allowedHosts: values['allow-host'],
    allowedOrigins: values['allow-origin'],
    readiness: subgraphReadiness(subgraphs),
    metrics: registry,
    logger: stderrLogger,
  })
  process.stdout.write(
    `ready in ${((performance.now() - started) / 1000).toFixed(2)} s\n${gateway.url}/graphql\n`,
  )

  const stop = async () => {
    await gateway.close({ drainMs: DRAIN_MS })
    await Promise.all(Object.values(subgraphs).map(subgraph => subgraph[Symbol.asyncDispose]()))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
}

function portOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw gatewayError(
    'BAD_USER_INPUT',
    `The port was ${JSON.stringify(text)}; a whole number from 0 to 65535 was wanted.`,
  )
}
