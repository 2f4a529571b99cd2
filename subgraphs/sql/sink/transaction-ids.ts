/** Under this app id a table says which offset of a partition it contains last. */
export const positionId = (topic: string, partition: number): string => `sink:${topic}:${partition}`

/** Under this one, which version of itself is the last whose rows the positions account for, whoever wrote them. */
export const seenId = (topic: string): string => `sink-seen:${topic}`

/** Consumer group under which the log is told how far a table is. */
export const groupOf = (table: string): string => `sink.${table}`
