export interface KeyNames {
  value(key: string): string
  lease(name: string): string
  bucket(name: string): string
  channel(name: string): string
  /** Never a name that a caller can give. */
  probe: string
}

/** Every command and script names one key, so keys may lie in any slot of a cluster and need no hash tags. */
export const keyNames = (prefix: string): KeyNames => ({
  value: key => `${prefix}value:${key}`,
  lease: name => `${prefix}lease:${name}`,
  bucket: name => `${prefix}bucket:${name}`,
  channel: name => `${prefix}channel:${name}`,
  probe: `${prefix}probe`,
})
