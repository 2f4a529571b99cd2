import { installHelm } from './install-helm.ts'
import { installImageTools } from './install-image-tools.ts'
import { installKubeconform } from './install-kubeconform.ts'
import { installCheckov, installDeployPython } from './install-python.ts'
import { installSchemas } from './install-schemas.ts'
import { installTerraform } from './install-terraform.ts'

const TOOLS = {
  deploy: [installHelm, installKubeconform, installDeployPython, installSchemas, installTerraform],
  full: [installHelm, installImageTools, installCheckov],
} as const

/** Installs what a suite about the deployment wants, one tool after the other: its test files run at once, and would make the same twice. */
export async function installDeployTools(suite: keyof typeof TOOLS): Promise<void> {
  for (const install of TOOLS[suite]) await install()
}
