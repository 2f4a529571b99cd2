/** A use case as this subgraph knows it: by its id. */
export interface UseCaseRef {
  id: string
}
