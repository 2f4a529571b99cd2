/** A live prediction of another subgraph, with what the gateway hands over of it. */
export interface PredictionRef {
  id: string
  /** The event's record; only where a field asks for it. */
  eventJson?: unknown
  windows?: unknown
}
