/** Key of the live model in the cache: one versioned value, never several keys. */
export const liveModelKey = (useCase: string): string => `live-model/${useCase}`

/** Tells `{ useCase, hash }` of each live model that was put into the cache. */
export const LIVE_MODEL_CHANNEL = 'live-model'
