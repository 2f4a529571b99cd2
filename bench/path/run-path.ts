import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { openSegmentEventLog } from '#adapters/event-log/segments.ts'
import { createRandom } from '#learn/math/random.ts'
import { openIncremental } from '#subgraphs/incremental/open-incremental.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'

// Child of bench/path.ts: replays parity TFD events through the durable log, one session and its checkpoints.
// Prints one line of JSON.

const [, , countText = '200000'] = process.argv
const count = Number(countText)
const useCase = tfd as UseCase
const topics = topicsOf(useCase)
const directory = await mkdtemp(join(tmpdir(), 'bench-path-'))
const log = await openSegmentEventLog({ directory: join(directory, 'log') })
const incremental = await openIncremental({
  useCases: [useCase],
  log,
  cache: createMemoryCache(),
  control: await openControl(log),
  checkpointsIn: { directory: join(directory, 'checkpoints') },
  indexDir: join(directory, 'checkpoints'),
  seed: '1',
  producers: { status: () => undefined, change: () => Promise.reject(), drift: () => Promise.reject() },
  notice: (level, message) => {
    if (level !== 'info') throw new Error(message)
  },
})
const generator = useCase.generate({
  mode: 'parity',
  options: {},
  random: createRandom('1'),
  faker: {
    internet: {
      userAgent: () => 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36',
      ipv4: () => '192.0.2.1',
    },
    word: { noun: () => 'word' },
  },
  startMs: 1_767_571_200_000,
})
let bytes = 0
for (let sent = 0; sent < count; ) {
  const values = Array.from({ length: Math.min(1000, count - sent) }, () =>
    JSON.stringify(generator.next().record),
  )
  for (const value of values) bytes += value.length
  await log.append(
    topics.events,
    values.map(value => ({ value })),
  )
  sent += values.length
}

const { sessions } = incremental.services
const finished = Promise.withResolvers<void>()
sessions.events.on('progress', ({ progress }) => {
  if (progress?.sequence === count) finished.resolve()
})
const cpu = process.cpuUsage()
const began = performance.now()
await sessions.restore()
await finished.promise
// Stopping takes the last checkpoint, so what is measured ends with everything durable.
await sessions.stop('TFD')
const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
const view = sessions.current('TFD')
if (view?.checkpoint?.sequence !== count)
  throw new Error(`Checkpoint at ${view?.checkpoint?.sequence}, ${count} wanted.`)
const metric = (name: string) => view.metrics.find(candidate => candidate.name === name)?.value ?? null
process.stdout.write(
  `${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, bytesPerEvent: bytes / count, fbeta2: metric('fbeta2'), rocAuc: metric('rocAuc') })}\n`,
)
await incremental[Symbol.asyncDispose]()
await log[Symbol.asyncDispose]()
await rm(directory, { recursive: true })
process.exit(0)
