import type { EventLog, TopicInfo } from '#ports/event-log.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogEntry } from './catalog-entry.ts'

/** Records of the log that a table does not have yet. */
export interface TableLag {
  /** By offsets: no less than there are, and more where transactions or compaction left holes. */
  of(entry: CatalogEntry): Promise<number>
}

/** Asks the log at most once in `maxAgeMs`, whoever asks. */
export function createTableLag({
  log,
  catalog,
  maxAgeMs = 1000,
  now = () => performance.now(),
}: {
  log: EventLog
  catalog: Catalog
  maxAgeMs?: number
  now?: () => number
}): TableLag {
  const names = [...new Set(catalog.entries.flatMap(({ sources }) => sources))]
  let asked: { at: number; topics: Promise<readonly TopicInfo[]> } | null = null

  function topics(): Promise<readonly TopicInfo[]> {
    if (asked && now() - asked.at < maxAgeMs) return asked.topics
    const found = log.topics(names)
    const mine = { at: now(), topics: found }
    asked = mine
    found.catch(() => {
      if (asked === mine) asked = null
    })
    return found
  }

  async function lagOf(entry: CatalogEntry): Promise<number> {
    const [infos, { transactions }] = await Promise.all([topics(), catalog.snapshot(entry)])
    const partitions = infos.find(({ name }) => name === entry.topic)?.partitions ?? []
    let lag = 0
    for (const { partition, start, end } of partitions) {
      const last = transactions.get(`sink:${entry.topic}:${partition}`)
      lag += Math.max(0, end - Math.max(start, last === undefined ? start : last + 1))
    }
    return lag
  }

  return {
    async of(entry) {
      // The quarantine has no topic of its own: whatever waits for the other tables may end there.
      const filled = entry.sources.map(topic => catalog.entries.find(each => each.topic === topic))
      const lags = await Promise.all(filled.map(each => (each ? lagOf(each) : 0)))
      return lags.reduce((sum, lag) => sum + lag, 0)
    },
  }
}
