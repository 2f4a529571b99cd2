import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogRecord } from '#ports/event-log.ts'
import { openSegmentEventLog } from '../segments.ts'
import type { Repair } from '../segments/recover-segments.ts'
import {
  KILL_COMPACTED_TOPIC,
  KILL_SEGMENT_BYTES,
  KILL_TOPIC,
  KILL_WRITERS,
  parseKillRecord,
} from './record.ts'

export interface KillRoundResult {
  acknowledged: number
  /** Acknowledged records that are gone or at another place than was said. */
  lost: number
  /** Records that are not byte for byte what was appended, or out of order, or there twice. */
  torn: number
  repairs: readonly Repair[]
}

export interface KillRoundOptions {
  directory: string
  round: number
  /** Milliseconds from the first acknowledgement to SIGKILL. */
  delayMs: number
}

/** Lets a real process append, kills it, opens its log anew and compares that with what was acknowledged. */
export const killRound = async ({
  directory,
  round,
  delayMs,
}: KillRoundOptions): Promise<KillRoundResult> => {
  const acknowledgements = await appendUntilKilled(directory, round, delayMs)
  const repairs: Repair[] = []
  let damages = 0
  await using log = await openSegmentEventLog({
    directory,
    maxSegmentBytes: KILL_SEGMENT_BYTES,
    onRepair: repair => repairs.push(repair),
    onCorrupt: () => {
      damages += 1
    },
  })
  const records = new Map<string, LogRecord>()
  let torn = 0
  const next = new Map<string, number>()
  for (const topic of [KILL_TOPIC, KILL_COMPACTED_TOPIC]) {
    for await (const batch of log.read(topic, { from: 'earliest' })) {
      torn += batch.gaps.length
      for (const record of batch.records) {
        const content = parseKillRecord(record.value)
        const order = `${topic} ${content?.round} ${content?.writer} ${record.partition}`
        if (!content || content.sequence < (next.get(order) ?? 0)) torn += 1
        else next.set(order, content.sequence + 1)
        if (content?.round === round) records.set(`${topic} ${content.writer} ${content.sequence}`, record)
      }
    }
  }

  const isThere = ({ key, partition, offset }: Acknowledgement): boolean => {
    const record = records.get(key)
    return record?.partition === partition && record.offset === offset
  }
  // In a compacted topic a later record of the same writer stands for the earlier ones.
  const newest = Array.from({ length: KILL_WRITERS }, (_, writer) =>
    acknowledgements.findLast(({ key }) => key.startsWith(`${KILL_COMPACTED_TOPIC} ${writer} `)),
  )
  const isSuperseded = ({ offset }: Acknowledgement, writer: number): boolean =>
    [...records].some(
      ([key, record]) => key.startsWith(`${KILL_COMPACTED_TOPIC} ${writer} `) && record.offset >= offset,
    )
  const plain = acknowledgements.filter(({ key }) => key.startsWith(`${KILL_TOPIC} `))
  const lostStates = newest.filter((one, writer) => one !== undefined && !isSuperseded(one, writer))
  const lost = plain.filter(one => !isThere(one)).length + lostStates.length
  return { acknowledged: acknowledgements.length, lost, torn: torn + damages, repairs }
}

interface Acknowledgement {
  /** `topic writer sequence`. */
  key: string
  partition: number
  offset: number
}

const appendUntilKilled = async (
  directory: string,
  round: number,
  delayMs: number,
): Promise<Acknowledgement[]> => {
  const writer = fileURLToPath(new URL('writer.ts', import.meta.url))
  const args = ['--no-warnings', writer, directory, String(round)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', chunk => {
    output += chunk
  })
  await Promise.race([once(child.stdout, 'data'), closed])
  await sleep(delayMs)
  child.kill('SIGKILL')
  const [, signal] = await closed
  if (signal !== 'SIGKILL')
    throw new Error(`The writer ended by itself in round ${round}, wanted it to run until killed.`)
  // A line that the kill cut short acknowledges nothing.
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [topic, writer, sequence, partition, offset] = line.split(' ')
      return { key: `${topic} ${writer} ${sequence}`, partition: Number(partition), offset: Number(offset) }
    })
}
