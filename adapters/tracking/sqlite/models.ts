import { PortError } from '#ports/port-error.ts'
import type { ModelAlias, ModelRegistry, ModelVersion, NewModelVersion } from '#ports/tracking.ts'
import { checkArtifactPath } from '../core/check-artifact-path.ts'
import { checkEntries } from '../core/check-entries.ts'
import { checkModelName } from '../core/check-model-name.ts'
import { withoutRequestTag } from '../core/request-tag.ts'
import { artifactPathOf, modelSource } from '../core/model-source.ts'
import type { Database } from './database.ts'
import { requireRun } from './runs.ts'

interface Row {
  version: number
  runId: string | null
  source: string | null
  description: string | null
  createdAt: number
  tags: string
  aliases: string
}

const WORKSPACE = "workspace = 'default'"
const VERSIONS = `SELECT version, run_id AS runId, source, description, creation_time AS createdAt,
    (SELECT json_group_object("key", value) FROM model_version_tags tags
      WHERE tags.${WORKSPACE} AND tags.name = versions.name AND tags.version = versions.version) AS tags,
    (SELECT json_group_array(alias ORDER BY alias) FROM registered_model_aliases aliases
      WHERE aliases.${WORKSPACE} AND aliases.name = versions.name AND aliases.version = versions.version) AS aliases
  FROM model_versions versions
  WHERE ${WORKSPACE} AND name = ?1 AND (?2 IS NULL OR version = ?2) AND current_stage IS NOT 'Deleted_Internal'
  ORDER BY version DESC`
const MODEL = `INSERT INTO registered_models (name, creation_time, last_updated_time) VALUES (?1, ?2, ?2)
  ON CONFLICT (workspace, name) DO UPDATE SET last_updated_time = excluded.last_updated_time`
const VERSION = `INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, current_stage, source,
    run_id, status, storage_location)
  SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?2, ?3, 'None', ?4, ?5, 'READY', ?4
  FROM model_versions WHERE ${WORKSPACE} AND name = ?1
  RETURNING version`
const TAG = 'INSERT INTO model_version_tags ("key", value, name, version) VALUES (?, ?, ?, ?)'
const ALIAS = `INSERT INTO registered_model_aliases (alias, version, name) VALUES (?, ?, ?)
  ON CONFLICT (workspace, name, alias) DO UPDATE SET version = excluded.version`

export const createModels = (database: Database): ModelRegistry => ({
  async createVersion({ model, runId, artifactPath, description, tags = {} }: NewModelVersion) {
    checkModelName(model)
    checkArtifactPath(artifactPath)
    checkEntries({ tags })
    return database.write(() => {
      requireRun(database, runId)
      const now = Date.now()
      database.run(MODEL, model, now)
      const source = modelSource(runId, artifactPath)
      const { version } = database.get<{ version: number }>(
        VERSION,
        model,
        now,
        description ?? null,
        source,
        runId,
      ) as { version: number }
      for (const [key, value] of Object.entries(tags)) database.run(TAG, key, value, model, version)
      return find(database, model, version) as ModelVersion
    })
  },

  versions: model =>
    database.read(() => database.all<Row>(VERSIONS, model, null).map(row => versionOf(model, row))),

  setAlias: (model: string, alias: ModelAlias, version: number | null) =>
    database.write(() => {
      if (version === null) {
        database.run(
          `DELETE FROM registered_model_aliases WHERE ${WORKSPACE} AND name = ? AND alias = ?`,
          model,
          alias,
        )
        return
      }
      if (!find(database, model, version)) {
        throw new PortError('NOT_FOUND', `There is no version ${version} of the model ${model}.`)
      }
      database.run(ALIAS, alias, version, model)
    }),

  byAlias: (model: string, alias: ModelAlias) =>
    database.read(() => {
      const found = database.get<{ version: number }>(
        `SELECT version FROM registered_model_aliases WHERE ${WORKSPACE} AND name = ? AND alias = ?`,
        model,
        alias,
      )
      return found ? find(database, model, found.version) : null
    }),
})

const find = (database: Database, model: string, version: number): ModelVersion | null => {
  const row = database.get<Row>(VERSIONS, model, version)
  return row ? versionOf(model, row) : null
}

const versionOf = (
  model: string,
  { version, runId, source, description, createdAt, ...row }: Row,
): ModelVersion => ({
  model,
  version,
  runId: runId ?? '',
  artifactPath: artifactPathOf(source ?? '', runId ?? ''),
  // MLflow's server stores an empty text for none.
  description: description === '' ? null : description,
  createdAt,
  tags: withoutRequestTag(JSON.parse(row.tags)),
  aliases: JSON.parse(row.aliases),
})
