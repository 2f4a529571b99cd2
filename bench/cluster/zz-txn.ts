import { startKafkaBroker } from '#engines/kafka-broker.ts'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { quantile } from './quantile.ts'
import { setTimeout as sleep } from 'node:timers/promises'
await using broker = await startKafkaBroker({ properties: JSON.parse(process.argv[2] ?? '{}') })
await using log = await openKafkaEventLog({ brokers: broker.brokers })
await log.createTopics([{ name: 't', partitions: 3 }, { name: 'u', partitions: 3 }])
await using w = await log.openWriter('x')
const ap: number[] = [], vis: number[] = []
let started = new Map<string, number>()
using _t = await log.tail('t', rs => { for (const r of rs) vis.push(performance.now() - started.get(Buffer.from(r.value).toString().slice(0, 8))!) })
const N = 600, gap = Number(process.argv[3] ?? 10)
for (let i = 0; i < N; i++) {
  const k = String(i).padStart(8, '0')
  if (i === 200) { ap.length = 0; vis.length = 0 }
  const s = performance.now(); started.set(k, s)
  await w.append([{ topic: 't', records: [{ key: 's', value: k + 'x'.repeat(600) }], partition: 0 }, { topic: 'u', records: [{ key: 's', value: 'y'.repeat(100) }], partition: 0 }])
  ap.push(performance.now() - s)
  if (gap) await sleep(gap)
}
await sleep(300)
for (const [n, a] of [['append', ap], ['visible', vis]] as const) { const d = Float64Array.from(a).sort(); console.log(n, d.length, [.1, .5, .9, .99].map(q => quantile(d, q).toFixed(2)).join(' ')) }
const link: number[] = []
for (let i = 0; i < 200; i++) { const s = performance.now(); await log.topics(['t']); link.push(performance.now() - s) }
const plain: number[] = []
for (let i = 0; i < 300; i++) { const s = performance.now(); await log.append('u', [{ key: 's', value: 'y'.repeat(100) }]); plain.push(performance.now() - s) }
for (const [n, a] of [['listOffsets', link], ['plain append', plain]] as const) { const d = Float64Array.from(a).sort(); console.log(n, d.length, [.1, .5, .9, .99].map(q => quantile(d, q).toFixed(2)).join(' ')) }
