import { join } from 'node:path'
import { pythonEnvironment } from '../python-environment.ts'
import { DEPLOY_TOOLS } from './folder.ts'

const environment = pythonEnvironment({
  folder: join(DEPLOY_TOOLS, 'python'),
  requirements: join(import.meta.dirname, 'requirements.txt'),
})

const scanner = pythonEnvironment({
  folder: join(DEPLOY_TOOLS, 'checkov'),
  requirements: join(import.meta.dirname, 'checkov-requirements.txt'),
})

/** Makes the environment with the schemas of Kubernetes and hadolint, once. Returns its Python. */
export const installDeployPython = environment.install

/** Makes the environment with checkov, once. Returns its Python. */
export const installCheckov = scanner.install
