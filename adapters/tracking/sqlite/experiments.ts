import type { Experiment } from '#ports/tracking.ts'
import { checkText } from '../core/check-text.ts'
import type { Database } from './database.ts'

const COLUMNS = 'CAST(experiment_id AS TEXT) AS id, name, creation_time AS createdAt'

interface FoundExperiment extends Experiment {
  stage: string
}

export const createExperiments = (database: Database, artifactRoot: string) => ({
  async ensureExperiment(name: string): Promise<Experiment> {
    checkText('experiment name', name, 500)
    return database.write(() => {
      const found = find(database, name)
      if (!found) return create(database, name, artifactRoot)
      // Names are unique among deleted experiments too, so MLflow's way is to bring it back, with its runs.
      if (found.stage === 'deleted') restore(database, found.id)
      const { id, createdAt } = found
      return { id, name, createdAt }
    })
  },

  experiments: (): Promise<Experiment[]> =>
    database.read(() =>
      database
        .all<Experiment>(
          `SELECT ${COLUMNS} FROM experiments WHERE lifecycle_stage = 'active' AND workspace = 'default'
          ORDER BY creation_time, experiment_id`,
        )
        .map(row => ({ ...row })),
    ),
})

const find = (database: Database, name: string): FoundExperiment | undefined =>
  database.get<FoundExperiment>(
    `SELECT ${COLUMNS}, lifecycle_stage AS stage FROM experiments WHERE workspace = 'default' AND name = ?`,
    name,
  )

const create = (database: Database, name: string, artifactRoot: string): Experiment => {
  const createdAt = Date.now()
  database.run(
    `INSERT INTO experiments (name, lifecycle_stage, creation_time, last_update_time) VALUES (?, 'active', ?, ?)`,
    name,
    createdAt,
    createdAt,
  )
  const { id } = find(database, name) as FoundExperiment
  database.run(
    'UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?',
    `${artifactRoot}/${id}`,
    id,
  )
  return { id, name, createdAt }
}

const restore = (database: Database, id: string): void => {
  database.run(
    "UPDATE experiments SET lifecycle_stage = 'active', last_update_time = ? WHERE experiment_id = ?",
    Date.now(),
    id,
  )
  database.run("UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL WHERE experiment_id = ?", id)
}
