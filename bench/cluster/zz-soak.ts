import { sustainLoad } from './sustain-load.ts'
import { headOf, rowOf } from './soak-table.ts'
const [, , rate = '3000', seconds = '30', prof] = process.argv
console.log(headOf())
const r = await sustainLoad({ rate: Number(rate), seconds: Number(seconds), onSample: (s, b) => console.log(rowOf(s, b)), ...(prof && { envOf: (name: string) => prof === 'gc' ? { NODE_OPTIONS: '--import=/tmp/perf/gc.mjs' } : ({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=/tmp/perf/prof/${name}` }) }) })
console.log(r.drainedSeconds, r.delay, r.totals)
process.exit(0)
