import type { EnvironmentReader } from './environment-reader.ts'

/** PEM text. */
export interface TlsSettings {
  ca?: string
  cert?: string
  key?: string
}

/** The files that `PREFIX_CA`, `PREFIX_CERT` and `PREFIX_KEY` name; undefined where none is set. */
export function readTlsFiles(read: EnvironmentReader, prefix: string): TlsSettings | undefined {
  const given = read.set([`${prefix}_CA`, `${prefix}_CERT`, `${prefix}_KEY`])
  if (given.length === 0) return undefined
  const ca = read.file(`${prefix}_CA`)
  const cert = read.file(`${prefix}_CERT`)
  const key = read.file(`${prefix}_KEY`)
  for (const [has, misses] of [
    ['CERT', 'KEY'],
    ['KEY', 'CERT'],
  ]) {
    if (given.includes(`${prefix}_${has}`) && !given.includes(`${prefix}_${misses}`))
      read.problem(`${prefix}_${has} is set without ${prefix}_${misses}; both wanted, or neither.`)
  }
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}
