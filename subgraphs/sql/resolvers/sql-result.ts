import type { SqlResultResolvers } from '../resolvers.generated.ts'
import { EXPORT_FORMATS, exportPath } from '../export/export-formats.ts'

export const SqlResult: SqlResultResolvers = {
  elapsedMs: ({ summary }) => summary?.elapsedMs ?? null,
  queuedMs: ({ summary }) => summary?.queuedMs ?? null,
  bytesScanned: ({ summary }) => summary?.bytesScanned ?? null,
  filesScanned: ({ summary }) => summary?.filesScanned ?? null,
  filesSkipped: ({ summary }) => summary?.filesSkipped ?? null,
  plan: ({ summary }) => summary?.plan ?? null,
  exports: ({ id }) => EXPORT_FORMATS.map(format => ({ format, url: exportPath(id, format) })),
}
