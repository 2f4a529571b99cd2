export const EXPORT_FORMATS = ['CSV', 'NDJSON', 'PARQUET'] as const

export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export const EXPORT_PREFIX = '/sql/results/'

/** Path of a result as a file on the gateway. */
export function exportPath(id: string, format: ExportFormat): string {
  return `${EXPORT_PREFIX}${id}.${format.toLowerCase()}`
}

/** What a path asks for; null for another path. */
export function parseExportPath(path: string): { id: string; format: ExportFormat } | null {
  const [, id, ending] = /^\/sql\/results\/([A-Za-z0-9_-]{8,64})\.(csv|ndjson|parquet)$/.exec(path) ?? []
  return id && ending ? { id, format: ending.toUpperCase() as ExportFormat } : null
}
