import type { Database } from './database.ts'

/** On the default experiment: the root under which this store keeps artifacts. */
const ROOT_TAG = 'coelho.artifactRoot'
const LOCATIONS = [
  ['experiments', 'artifact_location'],
  ['runs', 'artifact_uri'],
  ['model_versions', 'source'],
  ['model_versions', 'storage_location'],
  ['logged_models', 'artifact_location'],
] as const

/**
 * Makes the default experiment if there is none, as MLflow does at start, and notes the artifact root. MLflow opens artifacts
 * by absolute addresses, so these are rewritten when the data directory has been moved or restored elsewhere.
 */
export const placeArtifacts = (database: Database, root: string): Promise<void> =>
  database.write(() => {
    const now = Date.now()
    database.run(
      `INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
      VALUES (0, 'Default', ?, 'active', ?, ?) ON CONFLICT DO NOTHING`,
      `${root}/0`,
      now,
      now,
    )
    const noted = database.get<{ value: string }>(
      'SELECT value FROM experiment_tags WHERE experiment_id = 0 AND "key" = ?',
      ROOT_TAG,
    )?.value
    if (noted === root) return
    if (noted !== undefined) relocate(database, noted, root)
    database.run(
      `INSERT INTO experiment_tags ("key", value, experiment_id) SELECT ?, ?, experiment_id FROM experiments WHERE experiment_id = 0
      ON CONFLICT ("key", experiment_id) DO UPDATE SET value = excluded.value`,
      ROOT_TAG,
      root,
    )
  })

const relocate = (database: Database, from: string, to: string): void => {
  const prefix = `${from}/`
  for (const [table, column] of LOCATIONS) {
    database.run(
      `UPDATE ${table} SET ${column} = ? || substr(${column}, ?) WHERE substr(${column}, 1, ?) = ?`,
      `${to}/`,
      prefix.length + 1,
      prefix.length,
      prefix,
    )
  }
}
