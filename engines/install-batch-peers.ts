import { join } from 'node:path'
import { pythonEnvironment } from './python-environment.ts'

const environment = pythonEnvironment({
  folder: join(import.meta.dirname, '../.cache/engines/batch/python'),
  requirements: join(import.meta.dirname, 'batch-requirements.txt'),
})

/** Makes the environment with CatBoost, LightGBM and scikit-learn, once. Returns its Python. */
export const installBatchPeers = environment.install

/** The environment's Python. Throws with the remedy where it is missing. */
export const requireBatchPeers = environment.require
