/** An entity of another subgraph as this one knows it: by its id. */
export interface EntityRef {
  id: string
}
