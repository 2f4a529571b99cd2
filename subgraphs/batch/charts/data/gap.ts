/** A number, or null where there is none: a share of nothing, an infinite threshold. */
export type Gap = number | null
