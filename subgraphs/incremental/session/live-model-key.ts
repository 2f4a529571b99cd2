/** Key of the live model in the cache: one versioned value, never several keys. */
export const liveModelKey = (useCase: string): string => `live-model/${useCase}`
