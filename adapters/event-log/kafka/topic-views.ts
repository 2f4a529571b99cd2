import type { Cluster } from './cluster.ts'
import { isCompacted } from './topic-configs.ts'
import { createTopicView, type TopicView } from './topic-view.ts'

/** The topics that a process has asked for; partitions and cleanup policy of a topic never change. */
export interface TopicViews {
  known(name: string): TopicView | undefined
  /** Throws `UNKNOWN_TOPIC`. */
  of(name: string): Promise<TopicView>
}

export const createTopicViews = (cluster: Cluster): TopicViews => {
  const views = new Map<string, TopicView>()
  const asking = new Map<string, Promise<TopicView>>()

  const ask = async (name: string): Promise<TopicView> => {
    const topic = `${cluster.settings.topicPrefix}${name}`
    const { leaders } = await cluster.topic(topic)
    const compacted = await isCompacted(cluster, topic)
    const view = createTopicView({ name, topic, partitions: leaders.length, compacted })
    views.set(name, view)
    return view
  }
  return {
    known: name => views.get(name),
    async of(name) {
      const known = views.get(name)
      if (known) return known
      const running = asking.get(name) ?? ask(name).finally(() => asking.delete(name))
      asking.set(name, running)
      return running
    },
  }
}
