import { writeSync } from 'node:fs'
import { openSegmentEventLog } from '../segments.ts'
import {
  formatKillRecord,
  KILL_COMPACTED_TOPIC,
  KILL_PARTITIONS,
  KILL_SEGMENT_BYTES,
  KILL_TOPIC,
  KILL_WRITERS,
} from './record.ts'

/**
 * A process that appends until it is killed: `writer.ts <directory> <round>`. Every acknowledged record is printed as
 * `topic writer sequence partition offset`, by a synchronous write, before the next append begins.
 */
const [directory, roundText] = process.argv.slice(2)
const round = Number(roundText)
const log = await openSegmentEventLog({ directory: directory!, maxSegmentBytes: KILL_SEGMENT_BYTES })
await log.createTopics([
  { name: KILL_TOPIC, partitions: KILL_PARTITIONS },
  { name: KILL_COMPACTED_TOPIC, partitions: 1, compacted: true },
])

const appendForEver = async (writer: number) => {
  for (let sequence = 0; ; ) {
    const count = 1 + ((sequence * 7 + writer) % 20)
    const numbers = Array.from({ length: count }, (_, i) => sequence + i)
    const records = numbers.map(number => ({ value: formatKillRecord({ round, writer, sequence: number }) }))
    const positions = await log.append(KILL_TOPIC, records)
    const state = { key: `writer ${writer}`, value: formatKillRecord({ round, writer, sequence }) }
    const [statePosition] = await log.append(KILL_COMPACTED_TOPIC, [state])
    const lines = positions.map(
      ({ partition, offset }, i) => `${KILL_TOPIC} ${writer} ${numbers[i]} ${partition} ${offset}\n`,
    )
    lines.push(`${KILL_COMPACTED_TOPIC} ${writer} ${sequence} 0 ${statePosition!.offset}\n`)
    writeSync(1, lines.join(''))
    sequence += count
  }
}
await Promise.all(Array.from({ length: KILL_WRITERS }, (_, writer) => appendForEver(writer)))
