/** Most bytes of rows, as JSON, that are kept for one live statement, and that one execution of it may give. */
export const MOST_LIVE_BYTES = 8 * 1024 ** 2
