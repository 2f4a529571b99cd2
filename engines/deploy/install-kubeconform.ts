import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { DEPLOY_TOOLS } from './folder.ts'
import { runTool } from './run-tool.ts'

const VERSION = 'v0.8.0'
const FOLDER = join(DEPLOY_TOOLS, `kubeconform-${VERSION}`)

export const KUBECONFORM = join(FOLDER, 'kubeconform')

/** Builds kubeconform from its Go module, once. Returns its path. */
export async function installKubeconform(): Promise<string> {
  const found = await access(KUBECONFORM).then(
    () => true,
    () => false,
  )
  if (!found)
    await runTool('go', ['install', `github.com/yannh/kubeconform/cmd/kubeconform@${VERSION}`], {
      env: { GOBIN: FOLDER },
    })
  return KUBECONFORM
}
