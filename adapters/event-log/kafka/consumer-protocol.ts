import type { Assignment } from './assign-ranges.ts'
import { Encoder } from './kafkajs-internals.ts'

// What members of a consumer group tell each other (KIP-62, `ConsumerProtocol` version 0), the same in every client.

const VERSION = 0

export const encodeSubscription = (topics: readonly string[]): Buffer => {
  const encoder = new Encoder().writeInt16(VERSION).writeInt32(topics.length)
  for (const topic of topics) encoder.writeString(topic)
  return encoder.writeBytes(null).buffer
}

export const decodeSubscription = (data: Buffer): string[] => {
  const reader = createReader(data)
  return Array.from({ length: reader.int32() }, () => reader.text())
}

export const encodeAssignment = (assignment: Assignment): Buffer => {
  const encoder = new Encoder().writeInt16(VERSION).writeInt32(assignment.size)
  for (const [topic, partitions] of assignment) {
    encoder.writeString(topic).writeInt32(partitions.length)
    for (const partition of partitions) encoder.writeInt32(partition)
  }
  return encoder.writeBytes(null).buffer
}

/** Nothing at all stands for no partitions. */
export const decodeAssignment = (data: Buffer | null): Map<string, number[]> => {
  if (!data || data.length < 6) return new Map()
  const reader = createReader(data)
  return new Map(
    Array.from({ length: reader.int32() }, () => [
      reader.text(),
      Array.from({ length: reader.int32() }, () => reader.int32()),
    ]),
  )
}

/** Begins behind the version, since later ones only add to the end. */
const createReader = (data: Buffer) => {
  let at = 2
  return {
    int32(): number {
      at += 4
      return data.readInt32BE(at - 4)
    },
    text(): string {
      const length = data.readInt16BE(at)
      at += 2 + length
      return data.toString('utf8', at - length, at)
    },
  }
}
