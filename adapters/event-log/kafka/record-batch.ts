/** Where the fields of a record batch are (magic 2, `DefaultRecordBatch`): offsets in bytes. */
export const FIELD = {
  baseOffset: 0,
  /** Of what follows it. */
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  /** Here begins what the checksum covers. */
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const

export const MAGIC = 2
export const ATTRIBUTE = { codec: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const
/** `baseOffset` and `length` themselves. */
export const LENGTH_OVERHEAD = FIELD.leaderEpoch
