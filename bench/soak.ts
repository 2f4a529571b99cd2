import { parseArgs } from 'node:util'
import type { BenchResult } from './bench-result.ts'
import { judgeSoak, type SoakVerdict } from './cluster/judge-soak.ts'
import { headOf, rowOf, tableOf } from './cluster/soak-table.ts'
import { sustainLoad } from './cluster/sustain-load.ts'
import { environment } from './environment.ts'
import { SINK_KILLS, SINK_SEED, soakSink } from './soak-sink.ts'

// `npm run soak [-- --minutes 10 --rate 3200]`: how long does the whole platform carry a load? Prints a row each five seconds,
// a table and a line of JSON. `npm run soak -- --sink [--kills 200 --seed text]`: how many kills does the sink survive?
// Exit codes: 0 every bound holds, 1 one is broken or the run failed, 2 wrong flags.

const MINUTES = 10
/** A little above what is wanted, since generators do not make up for what they miss. */
const RATE = 3200

/** How many events per second does the whole platform sustain on one machine? */
export async function run(): Promise<BenchResult[]> {
  const { verdict } = await soak(MINUTES, RATE)
  if (verdict.broken.length > 0) throw new Error(verdict.broken.join(' '))
  const { ratePerSecond, method } = verdict
  return [
    {
      name: 'sustained from event to websocket, every role a process',
      ours: ratePerSecond,
      peer: null,
      ratio: null,
      unit: 'events/s',
      method,
      environment: environment(),
    },
  ]
}

async function soak(minutes: number, rate: number): Promise<{ verdict: SoakVerdict; table: string }> {
  process.stderr.write(`${headOf()}\n`)
  const load = await sustainLoad({
    rate,
    seconds: minutes * 60,
    onSample: (sample, before) => process.stderr.write(`${rowOf(sample, before)}\n`),
  })
  const verdict = judgeSoak(load, { rate, minutes })
  return { verdict, table: tableOf(load, verdict) }
}

if (process.argv[1] === import.meta.filename) {
  const options = readFlags()
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n`)
    process.exit(2)
  }
  if (options.sink) {
    process.stdout.write(`${JSON.stringify(await soakSink(options.sink))}\n`)
    process.exit(0)
  }
  const { verdict, table } = await soak(options.minutes, options.rate)
  process.stdout.write(`${table}\n${JSON.stringify({ ...verdict, environment: environment() })}\n`)
  for (const bound of verdict.broken) process.stderr.write(`${bound}\n`)
  process.exit(verdict.broken.length > 0 ? 1 : 0)
}

/** The flags, or what is wrong with them. */
function readFlags():
  | { minutes: number; rate: number; sink: { kills: number; seed: string } | null }
  | string {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string' },
        rate: { type: 'string' },
        sink: { type: 'boolean', default: false },
        kills: { type: 'string' },
        seed: { type: 'string' },
      },
    })
    const minutes = Number(values.minutes ?? MINUTES)
    const rate = Number(values.rate ?? RATE)
    if (!(minutes >= 0.5 && minutes <= 24 * 60))
      return `--minutes: "${values.minutes}" given, 0.5 to 1440 wanted.`
    if (!(rate >= 3 && rate <= 1_000_000)) return `--rate: "${values.rate}" given, 3 to 1000000 wanted.`
    const kills = Number(values.kills ?? SINK_KILLS)
    if (!(Number.isInteger(kills) && kills >= 1)) return `--kills: "${values.kills}" given, 1 or more wanted.`
    if (!values.sink && (values.kills ?? values.seed) !== undefined)
      return '--kills and --seed go with --sink.'
    return { minutes, rate, sink: values.sink ? { kills, seed: values.seed ?? SINK_SEED } : null }
  } catch (error) {
    return `${(error as Error).message} Wanted: npm run soak [-- --minutes N --rate N | -- --sink --kills N]`
  }
}
