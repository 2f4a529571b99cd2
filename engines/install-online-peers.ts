import { join } from 'node:path'
import { pythonEnvironment } from './python-environment.ts'

const environment = pythonEnvironment({
  folder: join(import.meta.dirname, '../.cache/engines/online/python'),
  requirements: join(import.meta.dirname, 'online-requirements.txt'),
})

/** Makes the environment with River, once. Returns its Python. */
export const installOnlinePeers = environment.install

/** The environment's Python. Throws with the remedy where it is missing. */
export const requireOnlinePeers = environment.require
