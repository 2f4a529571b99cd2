import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { openSegmentEventLog } from '#adapters/event-log/segments.ts'
import { createRandom } from '#learn/math/random.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { topicsOf } from '#use-cases/topics.ts'

const BATCH = 1000

/** Writes the same events to a durable log in `logDirectory` and, one a line, to `file`. Returns the bytes of their JSON. */
export async function makeEvents({
  useCase,
  count,
  logDirectory,
  file,
}: {
  useCase: UseCase
  count: number
  logDirectory: string
  file: string
}): Promise<number> {
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
    startMs: Date.UTC(2026, 0, 5),
  })
  const log = await openSegmentEventLog({ directory: logDirectory })
  await log.createTopics(topicSpecsOf(useCase))
  const lines = createWriteStream(file)
  let bytes = 0
  for (let sent = 0; sent < count; sent += BATCH) {
    const records = Array.from({ length: Math.min(BATCH, count - sent) }, () => {
      const { key, record } = generator.next()
      return { key, value: JSON.stringify(record) }
    })
    await log.append(topicsOf(useCase).events, records)
    for (const { value } of records) {
      bytes += value.length
      if (!lines.write(`${value}\n`)) await once(lines, 'drain')
    }
  }
  lines.end()
  await once(lines, 'close')
  await log[Symbol.asyncDispose]()
  return bytes
}
