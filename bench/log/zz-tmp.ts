import { encodeBatch, sealBatch } from '#adapters/event-log/segments/encode-batch.ts'
import { openSegmentEventLog } from '#adapters/event-log/segments.ts'
import { realFileCalls } from '#adapters/event-log/segments/durable-file.ts'
import { prepareRecord, topicSettings } from '#adapters/event-log/core/validate.ts'
import { workload } from './workload.ts'
import { rmSync } from 'node:fs'
const s = topicSettings({ name: 'x' })
for (let r = 0; r < 4; r++) {
  const batches = workload()
  let t = performance.now()
  const prep = batches.map(b => b.map(x => prepareRecord(x, s, 5)))
  const tp = performance.now() - t; t = performance.now()
  const enc = prep.map(p => encodeBatch(p))
  const te = performance.now() - t; t = performance.now()
  for (const e of enc) sealBatch(e, 5)
  const ts = performance.now() - t
  rmSync('/tmp/zz', { recursive: true, force: true })
  let tw = 0, tsy = 0
  const log = await openSegmentEventLog({ directory: '/tmp/zz', ringBytes: 0, calls: { ...realFileCalls,
    async write(fd, b, p) { const t = performance.now(); const n = await realFileCalls.write(fd, b, p); tw += performance.now() - t; return n },
    async sync(fd) { const t = performance.now(); await realFileCalls.sync(fd); tsy += performance.now() - t } } })
  await log.createTopics([{ name: 'bench', partitions: 1 }])
  t = performance.now(); tw = tsy = 0
  const cpu = process.cpuUsage()
  for (const b of batches) await log.append('bench', b)
  const total = performance.now() - t
  const c = process.cpuUsage(cpu)
  await log[Symbol.asyncDispose]()
  console.log({ prep: tp | 0, enc: te | 0, seal: ts | 0, total: total | 0, write: tw | 0, sync: tsy | 0, user: c.user / 1000 | 0, sys: c.system / 1000 | 0 })
}
