/** A value of DuckDB's `json_serialize_sql`, with defaults, empty values and nulls left out. */
export type SyntaxValue = string | number | boolean | null | SyntaxNode | readonly SyntaxValue[]

/**
 * A node of it: query nodes have a `type` such as `SELECT_NODE`, tables such as `BASE_TABLE`, expressions also a `class`.
 * `query_location` is the offset of its token in the statement's UTF-8 bytes; it is absent where the parser made the node up.
 */
export interface SyntaxNode {
  readonly [member: string]: SyntaxValue
}

/** The node, or null for what is none or absent. */
export const nodeOf = (value: SyntaxValue | undefined): SyntaxNode | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SyntaxNode) : null

/** The nodes of a list; none if it is absent. */
export const nodesOf = (value: SyntaxValue | undefined): readonly SyntaxNode[] =>
  Array.isArray(value) ? value.map(nodeOf).filter(node => node !== null) : []

/** The text, or nothing for what is absent. */
export const textOf = (value: SyntaxValue | undefined): string => (typeof value === 'string' ? value : '')
