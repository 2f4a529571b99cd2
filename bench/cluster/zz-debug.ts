import { execSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { startCluster } from '#cluster/start-cluster.ts'
import { ask } from '#tests/e2e/support/ask.ts'
import { useCases } from '#use-cases/index.ts'
import { tfd } from '#use-cases/tfd.ts'
import { measureLatency } from './measure-latency.ts'
import { quantile } from './quantile.ts'
const seconds = Number(process.argv[2] ?? 15)
const rate = Number(process.argv[3] ?? 200)
const prof = process.argv[4]
const cluster = await startCluster({ producerArgs: ['--rate', '0.1'], envOf: (name) => process.env["GC"] ? { NODE_OPTIONS: "--import=/tmp/perf/gc.mjs" } : prof ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=/tmp/perf/prof/${name}` } : {} })
try {
for (const { id } of useCases) await ask(cluster.url, 'mutation ($id: UseCaseId!) { setProducer(input: { useCase: $id, running: false }) { __typename } }', { id })
const cpu = () => Object.fromEntries([...cluster.roles].map(([n, r]) => [n, r.pid] as const).concat([['kafka', cluster.kafka.pid], ['redis', (cluster.redis as any).pid], ['mlflow', (cluster.mlflow as any).pid], ['bench', process.pid]]).map(([n, pid]) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '); return [n, Number(f[11]) + Number(f[12])] }))
const t0 = performance.now(); const c0 = cpu()
const js = await measureLatency({ cluster, useCase: tfd as any, rate, warmUpSeconds: 8, seconds })
const c1 = cpu(); const dt = (performance.now() - t0) / 1000
console.log('cpu%', Object.fromEntries(Object.keys(c0).map(k => [k, ((c1[k]! - c0[k]!) / dt).toFixed(1)])))
const bt = (a: string, b: string) => Float64Array.from(js.flatMap((j: any) => j[a] !== undefined && j[b] !== undefined ? [j[b] - j[a]] : [])).sort()
for (const [a, b] of [['appended', 'acknowledged'], ['appended', 'predicted'], ['predicted', 'readable'], ['readable', 'received'], ['appended', 'peer'], ['appended', 'received']]) { const d = bt(a!, b!); console.log(a, '→', b, d.length, [0.1, .5, .9, .95, .99, .999, 1].map(q => `p${q * 100} ${quantile(d, q).toFixed(1)}`).join(' ')) }
console.log(js.length, execSync('uptime').toString())
if (process.env["GC"]) (await import("node:fs")).writeFileSync("/tmp/perf/gc.txt", [...cluster.roles].map(([n, r]) => n + "\n" + r.output()).join("\n"))
} finally { await cluster.stop() }
process.exit(0)
