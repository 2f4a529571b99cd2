import { PortError } from '#ports/port-error.ts'
import type { TopicSettings } from '../core/partition-store.ts'
import { topicSettings } from '../core/validate.ts'
import { createStateFile } from './state-file.ts'

/** Which topics exist, in one small file: name → settings. A topic exists once it stands here. */
export interface TopicCatalog {
  readonly topics: ReadonlyMap<string, TopicSettings>
  put(settings: TopicSettings): Promise<void>
}

export const openTopicCatalog = async (path: string): Promise<TopicCatalog> => {
  const file = createStateFile(path)
  const topics = new Map<string, TopicSettings>()
  for (const [name, stored] of Object.entries((await file.load()) ?? {}))
    topics.set(name, checked(stored, name, path))
  return {
    topics,
    async put(settings) {
      topics.set(settings.name, settings)
      await file.save(() => Object.fromEntries(topics))
    },
  }
}

const checked = (stored: unknown, name: string, path: string): TopicSettings => {
  try {
    // The default partition count must not stand in for one that was lost.
    if (!Number.isInteger((stored as TopicSettings | null)?.partitions))
      throw new Error('No partition count.')
    const { retentionMs, ...spec } = stored as TopicSettings
    return topicSettings({ ...spec, name, ...(retentionMs === null ? {} : { retentionMs }) })
  } catch (cause) {
    throw new PortError('LOG_CORRUPT', `${path} has no valid settings for topic ${name}.`, {
      cause,
      details: { file: path },
    })
  }
}
