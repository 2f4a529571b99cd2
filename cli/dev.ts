import { type ArgsDef, defineCommand } from 'citty'
import { ConfigError, readConfig } from '#config.ts'
import { startPlatform } from '#main.ts'
import { createConsoleLogger } from './console-logger.ts'
import { repeatedOption } from './repeated-option.ts'
import { createReporter } from './reporter.ts'
import { startStatusLine } from './status-line.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { unknownArguments } from './unknown-arguments.ts'

const ARGS = {
  port: { type: 'string', description: 'Port of the gateway (4000; the next free one if it is taken)' },
  host: {
    type: 'string',
    description: 'Address to serve on (127.0.0.1); another than a loopback one wants ACCESS_TOKEN',
  },
  'data-dir': { type: 'string', description: 'Where everything is kept (.data)' },
  ephemeral: { type: 'boolean', description: 'Keep everything in a temporary directory' },
  mode: { type: 'string', description: 'realistic or parity' },
  rate: { type: 'string', description: 'Events per second and use case (20), or max' },
  seed: { type: 'string', description: 'Seed of generators and models (42)' },
  'label-speed': { type: 'string', description: 'Divides label delays: 1 is seconds, .001 is hours' },
  option: { type: 'string', description: 'KEY=VALUE for the generators; may be repeated' },
  producers: {
    type: 'boolean',
    default: true,
    description: 'Generate events',
    negativeDescription: 'Generate nothing',
  },
  'log-format': { type: 'string', description: 'pretty or json' },
  json: { type: 'boolean', description: 'Print NDJSON events instead of text' },
} as const satisfies ArgsDef
const OPTIONS = Object.fromEntries(Object.entries(ARGS).map(([name, { type }]) => [name, type === 'string']))

/** Exit codes: 0 done, 1 failed, 2 asked for something impossible, 130 interrupted before it was ready. */
export const dev = defineCommand({
  meta: { name: 'dev', description: 'Run the whole platform in this process.' },
  args: ARGS,
  async run({ args, rawArgs }) {
    // The clock of `performance` starts with the process.
    const began = 0
    const reporter = createReporter({ json: args.json === true, began })
    try {
      const problems = unknownArguments(rawArgs, OPTIONS)
      const config = readConfig({ ...args, option: repeatedOption(rawArgs, 'option'), problems })
      const logger = createConsoleLogger({ format: args.json ? 'json' : config.logFormat })
      const platform = await startPlatform(config, { logger, onStage: reporter.stage })
      reporter.ready({ url: platform.url, config, engines: platform.engines })
      const statusLine = args.json ? null : startStatusLine({ platform })
      reporter.firstPrediction(platform.sessions)
      stopOnSignal(async () => {
        statusLine?.[Symbol.dispose]()
        await platform.close()
        reporter.stopped()
      })
    } catch (error) {
      reporter.failed(error as Error)
      process.exit(error instanceof ConfigError ? 2 : 1)
    }
  },
})
