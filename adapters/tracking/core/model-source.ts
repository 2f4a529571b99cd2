/**
 * Where a model version's files are, as MLflow keeps it. `runs:/` holds wherever the run's artifacts are, so a moved data directory or
 * another artifact root changes nothing.
 */
export const modelSource = (runId: string, artifactPath: string): string => `runs:/${runId}/${artifactPath}`

/** The path below the run's artifacts, out of any source that MLflow's clients write; the whole source if it is no artifact of the run. */
export const artifactPathOf = (source: string, runId: string): string => {
  for (const before of [`runs:/${runId}/`, `/${runId}/artifacts/`]) {
    const at = runId === '' ? -1 : source.indexOf(before)
    if (at >= 0) return source.slice(at + before.length)
  }
  return source
}
