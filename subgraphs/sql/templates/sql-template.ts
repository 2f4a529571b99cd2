/** A statement to begin with, over the relations that its use case makes known. */
export interface SqlTemplate {
  /** Unique within its use case. */
  id: string
  title: string
  description: string
  statement: string
}
