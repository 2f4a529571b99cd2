import { join } from 'node:path'
import { pythonEnvironment } from './python-environment.ts'

const environment = pythonEnvironment({
  folder: join(import.meta.dirname, '../.cache/engines/python'),
  requirements: join(import.meta.dirname, 'requirements.txt'),
})

/** Makes the environment with MLflow and a Kafka client, once. Returns its Python. */
export const installPython = environment.install

/** The environment's Python. Throws with the remedy where it is missing. */
export const requirePython = environment.require
