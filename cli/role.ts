import { type ArgsDef, defineCommand } from 'citty'
import { ConfigError, readRoleConfig, type RoleConfig } from '#config.ts'
import { startRole } from '#roles/start-role.ts'
import { createConsoleLogger } from './console-logger.ts'
import { repeatedOption } from './repeated-option.ts'
import { roleArguments } from './role-arguments.ts'
import { stopOnSignal } from './stop-on-signal.ts'

const ARGS = {
  port: { type: 'string', description: 'Port of the gateway, subgraph or probes' },
  host: { type: 'string', description: 'Address to serve on (127.0.0.1)' },
  instance: { type: 'string', description: 'Name of this process among those of its role' },
  'data-dir': {
    type: 'string',
    description: 'incremental, sink, sql, batch: where it keeps what it can make again',
  },
  mode: { type: 'string', description: 'producers: realistic or parity' },
  rate: { type: 'string', description: 'producers: events per second and use case (20), or max' },
  seed: { type: 'string', description: 'producers, incremental: seed of generators or models (42)' },
  'label-speed': { type: 'string', description: 'producers: divides label delays' },
  option: { type: 'string', description: 'producers: KEY=VALUE for the generators; may be repeated' },
  'log-format': { type: 'string', description: 'pretty or json' },
  json: { type: 'boolean', description: 'Print NDJSON events instead of text' },
} as const satisfies ArgsDef

/** Most that an orderly end may take; orchestrators must wait a little longer before they kill. */
const END_MS = 20_000

/** Exit codes: 0 ended in order, 1 failed, 2 asked for something impossible. */
export const role = defineCommand({
  meta: { name: 'role', description: 'Run one role of the platform in this process.' },
  args: ARGS,
  async run({ args, rawArgs }) {
    const json = args.json === true
    try {
      const { name, problems } = roleArguments(rawArgs, ARGS)
      const config = readRoleConfig(name, { ...args, option: repeatedOption(rawArgs, 'option'), problems })
      const logger = createConsoleLogger({ format: json ? 'json' : config.logFormat })
      const running = await startRole(config, { logger })
      tellReady(config, running.url, json)
      stopOnSignal(running.close, { withinMs: END_MS })
    } catch (error) {
      tellFailed(error as Error, json)
      process.exit(error instanceof ConfigError ? 2 : 1)
    }
  },
})

function tellReady({ role, instance }: RoleConfig, url: string, json: boolean): void {
  // The clock of `performance` starts with the process.
  const seconds = Number((performance.now() / 1000).toFixed(2))
  const event = { event: 'ready', role, instance, pid: process.pid, url, seconds }
  process.stdout.write(
    json ? `${JSON.stringify(event)}\n` : `${role} ready in ${seconds} s\n${url} (${instance})\n`,
  )
}

function tellFailed(error: Error, json: boolean): void {
  // Errors of the gateway carry their code where clients read it.
  const { code, extensions } = error as { code?: string; extensions?: { code?: string } }
  const event = { event: 'failed', code: code ?? extensions?.code ?? 'FAILED', message: error.message }
  if (json) process.stdout.write(`${JSON.stringify(event)}\n`)
  process.stderr.write(`${error.message} (${event.code})\n`)
}
