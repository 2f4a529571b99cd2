/** Names of the log topics that belong to a use case. */
export interface Topics {
  events: string
  labels: string
  predictions: string
  outcomes: string
  metrics: string
  drift: string
  deadLetters: string
  truth: string
}

export function topicsOf({ topic }: { readonly topic: string }): Topics {
  return {
    events: topic,
    labels: `${topic}.labels`,
    predictions: `${topic}.predictions`,
    outcomes: `${topic}.outcomes`,
    metrics: `${topic}.metrics`,
    drift: `${topic}.drift`,
    deadLetters: `${topic}.dead_letters`,
    truth: `${topic}.truth`,
  }
}

/** Consumer groups under which readers of a use case's topics report their lag. */
export function groupsOf({ id }: { readonly id: string }): { learners: string } {
  return { learners: `learner.${id.toLowerCase()}` }
}
